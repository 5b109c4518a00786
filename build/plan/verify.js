// Whether the plan says of a number what the library says of it, for the examples of every country and type and for
// random numbers near them.

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import google from 'google-libphonenumber';
import { find, typeOf } from './plan.js';

const { PhoneNumberUtil, PhoneNumberType } = google;
const util = PhoneNumberUtil.getInstance();

/** Random numbers that are the same in every run. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** International digits of the example numbers of a country, one a type where there is one. */
export function examples({ iso, callingCode }) {
  if (!iso) {
    const one = util.getExampleNumberForNonGeoEntity(Number(callingCode));
    return one ? [digitsOf(one)] : [];
  }
  const found = Object.values(PhoneNumberType).filter((type) => type >= 0)
    .map((type) => util.getExampleNumberForType(iso, type)).filter(Boolean);
  return [...new Set(found.map(digitsOf))];
}

const digitsOf = (number) => util.format(number, google.PhoneNumberFormat.E164).slice(1);

/** What the library says: country and type, or an empty text where it knows of no such number. */
export function expected(digits) {
  const number = parsePhoneNumberFromString('+' + digits);
  // A trunk prefix within an international number is taken off by the library; that number is another one.
  if (!number || number.number !== '+' + digits || !number.isValid()) return '';
  return `${number.country ?? ''} ${typeOf(number.getType())}`;
}

/** Numbers of a country: each example with its last 1 to 9 digits drawn anew, at times one digit more or less. */
export function* near(country, count, next) {
  const starts = examples(country);
  for (let i = 0; starts.length > 0 && i < count; i++) {
    const start = starts[i % starts.length];
    const keep = Math.max(country.callingCode.length, start.length - 1 - next(9));
    const length = start.length + (next(10) === 0 ? next(3) - 1 : 0);
    let digits = start.slice(0, keep);
    while (digits.length < length) digits += next(10);
    yield digits;
  }
}

/** {asked, agreed, disagreements} */
export function verify(plan, perCountry, seed) {
  const next = random(seed);
  const disagreements = [];
  let asked = 0;
  let valid = 0;
  for (const country of plan.countries) {
    for (const digits of [...examples(country), ...near(country, perCountry, next)]) {
      const found = find(plan, digits);
      const ours = found ? `${found.country.iso} ${found.type}` : '';
      const theirs = expected(digits);
      asked++;
      if (theirs) valid++;
      if (ours !== theirs) disagreements.push({ digits, ours, theirs });
    }
  }
  return { asked, valid, disagreements };
}
