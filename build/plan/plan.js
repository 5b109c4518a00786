// What every number is, as one minimal acyclic automaton over its digits, country code included.

import metadata from 'libphonenumber-js/metadata.max.json';
import { Metadata } from 'libphonenumber-js/core';
import google from 'google-libphonenumber';
import { Automaton, ways } from './patterns.js';

/** In the order of NumberType.cs. */
export const TYPES = ['unknown', 'mobile', 'fixed', 'fixed_or_mobile', 'toll_free', 'premium', 'shared_cost', 'voip',
  'personal', 'pager', 'uan', 'voicemail', 'short_code'];

const TYPE_OF = {
  FIXED_LINE: 'fixed', MOBILE: 'mobile', FIXED_LINE_OR_MOBILE: 'fixed_or_mobile', PREMIUM_RATE: 'premium',
  TOLL_FREE: 'toll_free', SHARED_COST: 'shared_cost', VOIP: 'voip', PERSONAL_NUMBER: 'personal', PAGER: 'pager',
  UAN: 'uan', VOICEMAIL: 'voicemail',
};

/** The library's order: of several types that match, the first counts. */
const PRECEDENCE = ['MOBILE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST', 'VOIP', 'PERSONAL_NUMBER', 'PAGER', 'UAN',
  'VOICEMAIL'];

export const typeOf = (libraryType) => TYPE_OF[libraryType];

const planOf = (code) => {
  const plan = new Metadata(metadata);
  plan.selectNumberingPlan(code);
  return plan.numberingPlan;
};

/** Nodes without duplicates: a node is its label and its ten children; 0 is the dead end. */
export class Nodes {
  list = [{ label: 0, children: Array(10).fill(0) }];
  #known = new Map([[this.#key(0, Array(10).fill(0)), 0]]);

  add(label, children) {
    const key = this.#key(label, children);
    let node = this.#known.get(key);
    if (node === undefined) {
      node = this.list.push({ label, children }) - 1;
      this.#known.set(key, node);
    }
    return node;
  }

  #key(label, children) {
    return `${label}:${children.join()}`;
  }
}

/** Every country code with its countries; "" stands for none. */
export function listCodes() {
  const geographic = Object.entries(metadata.country_calling_codes);
  const others = Object.keys(metadata.nonGeographic).map((code) => [code, ['']]);
  return [...geographic, ...others].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A country, or a code that belongs to none (ISO code ""), as the metadata has it. */
function readCountry(iso, callingCode) {
  const plan = planOf(iso || callingCode);
  return {
    iso,
    callingCode,
    lengths: plan.possibleLengths(),
    leading: iso ? plan.leadingDigits() : undefined,
    general: plan.nationalNumberPattern(),
    types: Object.fromEntries(Object.keys(TYPE_OF).filter((type) => type !== 'FIXED_LINE_OR_MOBILE')
      .map((type) => [type, plan.type(type)])
      .filter(([, found]) => found)
      .map(([type, found]) => [type, { pattern: found.pattern(), lengths: found.possibleLengths() }])),
    internationalPrefixes: iso ? ways(plan.IDDPrefix()).map(({ sets }) => sets) : [],
    trunkRules: iso ? trunkRules(plan.nationalPrefixForParsing(), plan.nationalPrefixTransformRule()) : [],
  };
}

/**
 * What is done with the beginning of a national number: where it matches `sets` (and ends there, if `end`), it becomes
 * `insert`, the digits `keepFrom` to `keepTo` of it, and what follows.
 */
function trunkRules(prefix, transform) {
  if (!prefix) return [];
  return ways(prefix).filter((way) => way.sets.length > 0).map((way) => {
    const rule = { sets: way.sets, end: way.end, insert: '', keepFrom: 0, keepTo: 0 };
    // As the library does: the rule is for the matches in which the last group takes part.
    const groups = (prefix.match(/\((?!\?)/g) ?? []).length;
    if (!transform || groups === 0 || !way.groups[groups]) return rule;
    const [, insert, group] = /^(\d*)\$(\d)$/.exec(transform);
    const [keepFrom, keepTo] = way.groups[Number(group)];
    return { ...rule, insert, keepFrom, keepTo };
  });
}

/** What the library says of the national number that these patterns accept: {country, type}, or nothing. */
function judge(countries, accepted, length) {
  const has = (country, name) => accepted.has(`${country}/${name}`);
  const matches = (country, type) => {
    const found = countries[country].types[type];
    return found && (!found.lengths || found.lengths.includes(length)) && has(country, type);
  };
  const type = (country) => {
    if (!has(country, 'general')) return undefined;
    const { types } = countries[country];
    if (types.FIXED_LINE && matches(country, 'FIXED_LINE')) {
      const both = !types.MOBILE || types.MOBILE.pattern === '' || matches(country, 'MOBILE');
      return both ? 'FIXED_LINE_OR_MOBILE' : 'FIXED_LINE';
    }
    return PRECEDENCE.find((one) => matches(country, one));
  };
  for (let country = 0; country < countries.length; country++) {
    const sole = countries.length === 1;
    const leads = countries[country].leading && has(country, 'leading');
    const found = type(country);
    if (sole || leads || (!countries[country].leading && found)) return found && { country, type: found };
  }
  return undefined;
}

function patternsOf(countries) {
  const automaton = new Automaton();
  const starts = [];
  countries.forEach((country, index) => {
    starts.push(automaton.add(country.general, `${index}/general`));
    if (country.leading && countries.length > 1)
      starts.push(automaton.add(`(?:${country.leading})\\d{0,15}`, `${index}/leading`));
    for (const [type, { pattern }] of Object.entries(country.types))
      if (pattern) starts.push(automaton.add(pattern, `${index}/${type}`));
  });
  return { automaton, start: automaton.close(starts) };
}

/** The root of a calling code's national numbers. */
function buildNational(nodes, countries, labelOf) {
  const { automaton, start } = patternsOf(countries);
  const known = new Map();
  const build = (states, length) => {
    const key = `${length}:${states.join()}`;
    if (known.has(key)) return known.get(key);
    const accepted = new Set(states.filter((state) => automaton.accepts.has(state))
      .map((state) => automaton.accepts.get(state)));
    const found = judge(countries, accepted, length);
    const children = Array.from({ length: 10 }, (_, digit) => {
      const next = automaton.step(states, digit);
      return next.length === 0 ? 0 : build(next, length + 1);
    });
    const node = nodes.add(found ? labelOf(countries[found.country], found.type) : 0, children);
    known.set(key, node);
    return node;
  };
  return build(start, 0);
}

/** The root of a country's short codes, 0 where none are known. */
function buildShortCodes(nodes, iso, label) {
  const known = google.shortnumbermetadata.countryToMetadata[iso];
  const pattern = known?.[29]?.[2];
  if (!pattern) return 0;
  const automaton = new Automaton();
  const start = automaton.close([automaton.add(pattern, 'short')]);
  const build = (states) => nodes.add(
    states.some((state) => automaton.accepts.has(state)) ? label : 0,
    Array.from({ length: 10 }, (_, digit) => {
      const next = automaton.step(states, digit);
      return next.length === 0 ? 0 : build(next);
    }));
  return build(start);
}

/** {nodes, root, countries, callingCodes, labels}: all the plan knows of numbers. */
export function buildPlan() {
  const nodes = new Nodes();
  const countries = [];
  const callingCodes = [];
  const labels = [{ country: 0, type: 'unknown' }];
  const labelNumbers = new Map();
  const label = (country, type) => {
    const key = `${country}/${type}`;
    if (!labelNumbers.has(key)) labelNumbers.set(key, labels.push({ country, type }) - 1);
    return labelNumbers.get(key);
  };
  const roots = new Map();
  for (const [code, isos] of listCodes()) {
    const own = isos.map((iso) => readCountry(iso, code));
    const first = countries.length;
    countries.push(...own);
    callingCodes.push({
      code,
      main: first,
      count: own.length,
      lengths: [...new Set(own.flatMap((country) => country.lengths))].sort((a, b) => a - b),
    });
    roots.set(code, buildNational(nodes, own,
      (country, type) => label(countries.indexOf(country), TYPE_OF[type])));
  }
  for (const [index, country] of countries.entries())
    country.shortRoot = country.iso ? buildShortCodes(nodes, country.iso, label(index, 'short_code')) : 0;
  return { nodes, root: join(nodes, roots), countries, callingCodes, labels };
}

/** One automaton over country code and national number. No calling code begins with another. */
function join(nodes, roots) {
  const build = (prefix) => {
    if (roots.has(prefix)) return roots.get(prefix);
    return nodes.add(0, Array.from({ length: 10 }, (_, digit) => {
      const next = prefix + digit;
      return [...roots.keys()].some((code) => code.startsWith(next)) ? build(next) : 0;
    }));
  };
  return build('');
}

/** {country, type} of an international number's digits, as the finished plan has it. */
export function find(plan, digits) {
  let node = plan.root;
  for (const digit of digits) {
    node = plan.nodes.list[node].children[Number(digit)];
    if (node === 0) return undefined;
  }
  const { label } = plan.nodes.list[node];
  if (label === 0) return undefined;
  const { country, type } = plan.labels[label];
  return { country: plan.countries[country], type };
}
