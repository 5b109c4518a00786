// The same PDUs through npm's smpp: reads samples.txt, prints "npm-smpp NAME read|write NS".
'use strict';
const fs = require('fs');
const path = require('path');
const { PDU } = require(path.resolve(__dirname, '../../../tests/EndToEnd.Tests/peers/node_modules/smpp'));

const ROUNDS = 7;
const LOOPS = 20000;

function best(work) {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < LOOPS; i++) work();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / LOOPS);
  }
  return least.toFixed(1);
}

for (const line of fs.readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const [name, hex] = line.split(' ');
  const octets = Buffer.from(hex, 'hex');
  console.log(`npm-smpp ${name} read ${best(() => PDU.fromBuffer(octets))}`);
  const pdu = PDU.fromBuffer(octets);
  if (!pdu.toBuffer().equals(octets)) console.error(`npm-smpp writes ${name} otherwise`);
  console.log(`npm-smpp ${name} write ${best(() => pdu.toBuffer())}`);
}
