// Reads lines "HEX COMMAND STATUS SEQUENCE NAME=HEXVALUE ..." and compares what npm's smpp reads from the octets with
// what the codec read. Prints each difference and, last, "N PDUs, M complaints".
'use strict';
const fs = require('fs');
const path = require('path');
const { PDU } = require(path.resolve(__dirname, '../EndToEnd.Tests/peers/node_modules/smpp'));

// npm's smpp decodes these into objects of its own (dates, lists, texts by data_coding), and keeps message_state, the
// field, and message_state, the TLV, in one place: that it reads them without an error is what is checked here.
const OWN_FORM = new Set(['short_message_hex', 'schedule_delivery_time', 'validity_period', 'final_date',
  'dest_address', 'unsuccess_sme', 'number_of_dests', 'no_unsuccess', 'sm_length', 'message_state']);

let complaints = 0;
const lines = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n');
for (const line of lines) {
  const [hex, command, status, sequence, ...fields] = line.split(' ');
  const problems = [];
  let pdu;
  try {
    pdu = PDU.fromBuffer(Buffer.from(hex, 'hex'));
  } catch (error) {
    problems.push(error.message);
  }
  if (pdu) {
    if (pdu.command !== command) problems.push(`command ${pdu.command}`);
    if (pdu.command_status !== Number(status)) problems.push(`status ${pdu.command_status}`);
    if (pdu.sequence_number !== Number(sequence)) problems.push(`sequence ${pdu.sequence_number}`);
    for (const field of fields) {
      const [name, value] = [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)];
      const expected = Buffer.from(value, 'hex').toString('utf8');
      if (OWN_FORM.has(name)) continue;
      // npm's smpp reads C-octet strings as ASCII: only the seven low bits of each character can be compared.
      const read = String(pdu[name]);
      const low = (text) => Array.from(text, (c) => c.charCodeAt(0) & 0x7f).join();
      if (low(read) !== low(expected)) problems.push(`${name} "${read}", not "${expected}"`);
    }
  }
  if (problems.length > 0) {
    complaints++;
    console.log(`${command}: ${problems.join('; ')} in ${hex}`);
  }
}
console.log(`${lines.length} PDUs, ${complaints} complaints`);
