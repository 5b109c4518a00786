// node make.js PLAN EXAMPLES: makes the plan, checks it against the library, and writes it where its content has changed;
// writes the example numbers of every country for the tests.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { buildPlan } from './plan.js';
import { buildTree, matchRanges, readNetworks, readRanges, readTimeZones } from './operators.js';
import { encode } from './file.js';
import { examples, expected, verify } from './verify.js';

const PER_COUNTRY = 400;
const SEED = 1;
const DIGEST_AT = 14;
const DIGEST_LENGTH = 32;

const [target, examplesFile] = process.argv.slice(2);
const { dependencies: sources } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url)));

const plan = buildPlan();
const listed = readNetworks().sort((a, b) => (a.mcc + a.mnc < b.mcc + b.mnc ? -1 : 1));
const { networks, ranges } = matchRanges(plan, readRanges(), listed);
const { zones, ranges: zoneRanges } = readTimeZones();
const file = encode(sources, plan, listed.length, networks, buildTree(ranges), zones, buildTree(zoneRanges));

const { asked, valid, disagreements } = verify(plan, PER_COUNTRY, SEED);
const coded = ranges.filter(({ value }) => networks[value].mcc).length;
console.log(`${plan.countries.length} countries, ${plan.callingCodes.length} country codes, `
  + `${plan.nodes.list.length} nodes; ${ranges.length} ranges of operators, ${coded} of them with MCC and MNC; `
  + `${listed.length} networks`);
console.log(`${asked} numbers compared with libphonenumber-js, ${valid} of them valid: `
  + `${disagreements.length} judged differently`);
for (const { digits, ours, theirs } of disagreements.slice(0, 20))
  console.log(`  ${digits}: "${ours}", the library: "${theirs}"`);
if (disagreements.length > 0) process.exit(1);

const digestOf = (bytes) => bytes.subarray(DIGEST_AT, DIGEST_AT + DIGEST_LENGTH).toString('hex');
// Another version of zlib compresses to other bytes; only another content is a change.
if (existsSync(target) && digestOf(readFileSync(target)) === file.digest) {
  console.log(`${target} is up to date`);
} else {
  writeFileSync(target, file.bytes);
  console.log(`${target}: ${file.bytes.length} bytes, ${file.length} uncompressed, SHA-256 ${file.digest}`);
}

const known = plan.countries.flatMap((country) => examples(country)).map((digits) => [digits, expected(digits)])
  .filter(([, found]) => found).map(([digits, found]) => `${digits}\t${found.replace(' ', '\t')}\n`);
writeFileSync(examplesFile, [...new Set(known)].join(''));
