// The plan as bytes; src/Appliance/Numbering/PlanFile.cs reads them and describes the layout.

import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { TYPES } from './plan.js';

const MAGIC = 'NPLAN\r\n\x1a';
const VERSION = 1;

class Writer {
  #parts = [];

  u8(value) {
    this.#number(value, 1, 0, 0xff);
  }

  u16(value) {
    this.#number(value, 2, 0, 0xffff);
  }

  i16(value) {
    this.#number(value, 2, -0x8000, 0x7fff);
  }

  u32(value) {
    this.#number(value, 4, 0, 0xffffffff);
  }

  bytes(bytes) {
    this.#parts.push(Buffer.from(bytes));
  }

  /** A length of one octet, then UTF-8. */
  text(text) {
    const bytes = Buffer.from(text);
    if (bytes.length > 0xff) throw new Error(`longer than 255 octets: ${text}`);
    this.u8(bytes.length);
    this.bytes(bytes);
  }

  list(items, write) {
    this.u16(items.length);
    for (const item of items) write(item);
  }

  /** Digit sets: a count, then ten bits for each digit. */
  sets(sets) {
    this.u8(sets.length);
    for (const mask of sets) this.u16(mask);
  }

  get all() {
    return Buffer.concat(this.#parts);
  }

  #number(value, size, least, most) {
    if (!Number.isInteger(value) || value < least || value > most) throw new Error(`${value} is no ${size} octets`);
    const bytes = Buffer.alloc(size);
    if (least < 0) bytes.writeIntLE(value, 0, size);
    else bytes.writeUIntLE(value, 0, size);
    this.#parts.push(bytes);
  }
}

const iso = (writer, code) => writer.bytes(code ? Buffer.from(code, 'ascii') : [0, 0]);

const lengthBits = (lengths) => lengths.reduce((bits, length) => bits | (1 << length), 0);

function writeCountries(writer, countries) {
  writer.list(countries, (country) => {
    iso(writer, country.iso);
    writer.u16(Number(country.callingCode));
    writer.u32(lengthBits(country.lengths));
    writer.u16(country.shortRoot);
    writer.list(country.internationalPrefixes, (sets) => writer.sets(sets));
    writer.list(country.trunkRules, (rule) => {
      writer.u8(rule.end ? 1 : 0);
      writer.u8(rule.keepFrom);
      writer.u8(rule.keepTo);
      writer.text(rule.insert);
      writer.sets(rule.sets);
    });
  });
}

function writeNodes(writer, plan) {
  writer.u16(plan.nodes.list.length);
  writer.u16(plan.root);
  for (const { label } of plan.nodes.list) writer.u16(label);
  for (const { children } of plan.nodes.list) for (const child of children) writer.u16(child);
}

function writeTree(writer, tree) {
  writer.u16(tree.length);
  for (const entries of tree) for (const entry of entries) writer.i16(entry);
}

/** The file's bytes, and the SHA-256 of what is compressed in it. */
export function encode(sources, plan, listed, networks, operatorTree, zones, zoneTree) {
  const writer = new Writer();
  writer.list(Object.entries(sources), ([name, version]) => writer.text(`${name} ${version}`));
  writeCountries(writer, plan.countries);
  writer.list(plan.callingCodes, (one) => {
    writer.u16(Number(one.code));
    writer.u16(one.main);
    writer.u16(one.count);
    writer.u32(lengthBits(one.lengths));
  });
  writer.list(plan.labels, ({ country, type }) => {
    writer.u16(country);
    writer.u8(TYPES.indexOf(type));
  });
  writeNodes(writer, plan);
  writer.u16(listed);
  writer.list(networks, (network) => {
    iso(writer, network.iso);
    writer.text(network.mcc + network.mnc);
    writer.text(network.name);
  });
  writeTree(writer, operatorTree);
  writer.list(zones, (names) => writer.list(names.split('&'), (name) => writer.text(name)));
  writeTree(writer, zoneTree);
  const payload = writer.all;
  const digest = createHash('sha256').update(payload).digest();
  const head = new Writer();
  head.bytes(Buffer.from(MAGIC, 'latin1'));
  head.u16(VERSION);
  head.u32(payload.length);
  head.bytes(digest);
  head.bytes(deflateRawSync(payload, { level: 9 }));
  return { bytes: head.all, digest: digest.toString('hex'), length: payload.length };
}
