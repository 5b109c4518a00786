// node vectors.js COUNT SEED: numbers in the forms in which they come, and what the library makes of them, for the
// tests: input, default country, digits, country, type; digits are missing where it is no number in use.

import { formatIncompletePhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { listCodes, typeOf } from './plan.js';
import { examples, near, random } from './verify.js';

const [count, seed] = process.argv.slice(2).map(Number);
const next = random(seed);

/** National and international forms of a number, tidy and not. */
function* forms(digits, country) {
  const number = parsePhoneNumberFromString('+' + digits);
  yield '+' + digits;
  yield '00' + digits;
  if (!number) return;
  yield number.formatInternational();
  yield number.formatNational();
  yield number.formatNational().replace(/\D/g, '');
  yield number.nationalNumber;
  if (country.iso) yield formatIncompletePhoneNumber(number.nationalNumber, country.iso);
}

const lines = new Set();
const countries = listCodes().flatMap(([callingCode, isos]) => isos.map((iso) => ({ iso, callingCode })));
for (const country of countries.filter(({ iso }) => iso)) {
  for (const digits of [...examples(country), ...near(country, count, next)]) {
    for (const input of forms(digits, country)) {
      if (!/^\+?[\d ().\/-]+$/.test(input)) continue;
      const found = parsePhoneNumberFromString(input, country.iso);
      const valid = found?.isValid();
      lines.add([input, country.iso, valid ? found.number.slice(1) : '', valid ? found.country : '',
        valid ? typeOf(found.getType()) : ''].join('\t'));
    }
  }
}
process.stdout.write([...lines].join('\n') + '\n');
