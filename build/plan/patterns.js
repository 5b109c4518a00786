// The regular expressions of the metadata are finite: digits, classes, alternatives, bounded repetition. This file
// reads them into trees, and trees into what needs no regular expression: automata and lists of digit sets.

const ANY = 0x3ff;

/** Reads a pattern. Node kinds: set {mask}, seq {items}, alt {items}, rep {item, least, most}, group {item}, end. */
export function parse(text) {
  let at = 0;
  let groups = 0;

  function alternatives() {
    const items = [sequence()];
    while (text[at] === '|') {
      at++;
      items.push(sequence());
    }
    return items.length === 1 ? items[0] : { kind: 'alt', items };
  }

  function sequence() {
    const items = [];
    while (at < text.length && text[at] !== '|' && text[at] !== ')') items.push(repetition(atom()));
    return { kind: 'seq', items };
  }

  function atom() {
    const c = text[at++];
    if (c >= '0' && c <= '9') return { kind: 'set', mask: 1 << Number(c) };
    if (c === '$') return { kind: 'end' };
    if (c === '[') return { kind: 'set', mask: set() };
    if (c === '\\' && text[at] === 'd') {
      at++;
      return { kind: 'set', mask: ANY };
    }
    if (c === '(') {
      const captures = !text.startsWith('?:', at);
      if (!captures) at += 2;
      const number = captures ? ++groups : 0;
      const item = alternatives();
      if (text[at++] !== ')') throw new Error(`no ) at ${at} of ${text}`);
      return captures ? { kind: 'group', item, number } : item;
    }
    throw new Error(`'${c}' at ${at - 1} of ${text} is in no pattern known so far`);
  }

  function set() {
    let mask = 0;
    while (text[at] !== ']') {
      const from = Number(text[at++]);
      let to = from;
      if (text[at] === '-') {
        to = Number(text[at + 1]);
        at += 2;
      }
      if (!(from <= to)) throw new Error(`a class at ${at} of ${text} is none of digits`);
      for (let digit = from; digit <= to; digit++) mask |= 1 << digit;
    }
    at++;
    return mask;
  }

  function repetition(item) {
    if (text[at] === '?') {
      at++;
      return { kind: 'rep', item, least: 0, most: 1 };
    }
    if (text[at] !== '{') return item;
    const [whole, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(text.slice(at));
    at += whole.length;
    return { kind: 'rep', item, least: Number(least), most: comma ? Number(most) : Number(least) };
  }

  const tree = alternatives();
  if (at !== text.length) throw new Error(`'${text[at]}' at ${at} of ${text}`);
  return tree;
}

/** A nondeterministic automaton that several patterns share; a state that accepts knows whose it is. */
export class Automaton {
  edges = []; // a state's [mask, next]
  empties = []; // a state's states that need no digit
  accepts = new Map(); // state to pattern

  /** Adds a pattern; gives its first state. */
  add(text, pattern) {
    const last = this.#state();
    this.accepts.set(last, pattern);
    return this.#build(parse(text), last);
  }

  /** The states reached without a digit from these. */
  close(states) {
    const all = new Set(states);
    for (const state of all) for (const next of this.empties[state]) all.add(next);
    return [...all].sort((a, b) => a - b);
  }

  step(states, digit) {
    const next = new Set();
    for (const state of states)
      for (const [mask, to] of this.edges[state]) if (mask & (1 << digit)) next.add(to);
    return next.size === 0 ? [] : this.close(next);
  }

  #state() {
    this.edges.push([]);
    this.empties.push([]);
    return this.edges.length - 1;
  }

  /** A state from which the tree leads to `next`. */
  #build(tree, next) {
    switch (tree.kind) {
      case 'set': {
        const state = this.#state();
        this.edges[state].push([tree.mask, next]);
        return state;
      }
      case 'seq':
        return tree.items.reduceRight((to, item) => this.#build(item, to), next);
      case 'alt': {
        const state = this.#state();
        for (const item of tree.items) this.empties[state].push(this.#build(item, next));
        return state;
      }
      case 'group':
        return this.#build(tree.item, next);
      case 'rep': {
        let to = next;
        for (let i = tree.most; i > tree.least; i--) {
          const state = this.#build(tree.item, to);
          this.empties[state].push(next);
          to = state;
        }
        for (let i = 0; i < tree.least; i++) to = this.#build(tree.item, to);
        return to;
      }
      default:
        throw new Error(`${tree.kind} is in no pattern of numbers`);
    }
  }
}

/**
 * All ways through a pattern, in the order in which a backtracking matcher tries them: {sets, groups, end}, with sets
 * as masks and a group as [from, to) of them.
 */
export function ways(text) {
  function* walk(tree) {
    switch (tree.kind) {
      case 'set':
        yield { sets: [tree.mask], groups: {}, end: false };
        break;
      case 'end':
        yield { sets: [], groups: {}, end: true };
        break;
      case 'alt':
        for (const item of tree.items) yield* walk(item);
        break;
      case 'group':
        for (const way of walk(tree.item)) {
          yield { ...way, groups: { ...way.groups, [tree.number]: [0, way.sets.length] } };
        }
        break;
      case 'seq':
        yield* chain(tree.items, 0);
        break;
      case 'rep':
        for (let n = tree.most; n >= tree.least; n--) yield* chain(Array(n).fill(tree.item), 0);
        break;
    }
  }

  function* chain(items, index) {
    if (index === items.length) {
      yield { sets: [], groups: {}, end: false };
      return;
    }
    for (const head of walk(items[index])) {
      for (const tail of chain(items, index + 1)) {
        const groups = { ...head.groups };
        for (const [number, [from, to]] of Object.entries(tail.groups))
          groups[number] = [from + head.sets.length, to + head.sets.length];
        yield { sets: [...head.sets, ...tail.sets], groups, end: head.end || tail.end };
      }
    }
  }

  return [...walk(parse(text))];
}
