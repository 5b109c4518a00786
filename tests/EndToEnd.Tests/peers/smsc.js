// An SMSC made of npm's smpp. One process plays many carriers: what it does is chosen by the system_id that binds.
//
//   node smsc.js '{"port":0,"carriers":{"alpha":{"resp_id":"hex","receipt_id":"dec"}}}'
//
// Behaviour of a carrier (all optional):
//   resp_id, receipt_id  how the message's number is written: dec, hex, HEX, dec10 (padded to ten), hex10, uuid, UUID
//   receipt              after (default), before (ahead of the submit_sm_resp), other (on another session), none
//   receipt_form         text (default), tlv, both
//   receipt_delay        milliseconds from the submit_sm_resp to the receipt
//   stat                 DELIVRD (default) or another state of Appendix B
//   status               command_status of every submit_sm_resp; 0 by default
//   silent               true: a submit_sm is never answered
//
// One JSON object a line: events on standard output, commands on standard input
// ({"do":"close","system_id"}, {"do":"unbind","system_id"}, {"do":"refuse","value":true|false}, {"do":"set","system_id","behaviour"},
// {"do":"enquire","system_id"}, {"do":"deliver","system_id","fields"}).
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const options = JSON.parse(process.argv[2] || '{}');
const carriers = options.carriers || {};
const sessions = new Set();
const waiting = new Map();   // system_id -> receipts to be sent, in order
const receiptWindow = 200;   // receipts a session has not confirmed yet, at most
let refuse = false;
let number = options.first_number || 0x0a1b2c;
let sessionNumber = 0;

const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');
const behaviourOf = (systemId) => carriers[systemId] || {};

function write(form, n) {
  switch (form) {
    case 'hex': return n.toString(16).toLowerCase();
    case 'HEX': return n.toString(16).toUpperCase();
    case 'dec10': return String(n).padStart(10, '0');
    case 'hex10': return n.toString(16).padStart(10, '0');
    case 'uuid': return '0196f3d2-7a61-7c33-9b1e-' + n.toString(16).padStart(12, '0');
    case 'UUID': return write('uuid', n).toUpperCase();
    default: return String(n);
  }
}

const bytesOf = (field) => {
  const message = field && field.message !== undefined ? field.message : field;
  return Buffer.isBuffer(message) ? message : Buffer.from(String(message || ''), 'latin1');
};

function textOf(pdu) {
  const field = pdu.message_payload !== undefined ? pdu.message_payload : pdu.short_message;
  const message = field && field.message !== undefined ? field.message : field;
  return Buffer.isBuffer(message) ? message.toString('latin1') : String(message || '');
}

function stamp(date) {
  return date.toISOString().replace(/[-T:]/g, '').slice(2, 12);
}

function receiptOf(pdu, n, behaviour) {
  const id = write(behaviour.receipt_id, n);
  const stat = behaviour.stat || 'DELIVRD';
  const err = stat === 'DELIVRD' ? '000' : '042';
  const now = stamp(new Date());
  const form = behaviour.receipt_form || 'text';
  const text = `id:${id} sub:001 dlvrd:${stat === 'DELIVRD' ? '001' : '000'} submit date:${now} done date:${now}` +
    ` stat:${stat} err:${err} text:${textOf(pdu).slice(0, 20)}`;
  const states = { ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 };
  const fields = { esm_class: 4, source_addr: pdu.destination_addr, destination_addr: pdu.source_addr };
  fields.short_message = Buffer.from(form === 'tlv' ? '' : text, 'latin1');
  if (form !== 'text') {
    fields.receipted_message_id = id;
    fields.message_state = states[stat];
  }
  return { id, fields };
}

function receiverFor(systemId, receipt) {
  for (const session of sessions) {
    if (session.systemId === systemId && session.kind !== 'transmitter' && session !== receipt.notOn &&
        session.unconfirmed.size < receiptWindow) return session;
  }
  return null;
}

// Sends what waits for a carrier while some session of it has room.
function deliverWaiting(systemId) {
  const queue = waiting.get(systemId) || [];
  let sent = 0;
  for (; sent < queue.length; sent++) {
    const receipt = queue[sent];
    const session = sessions.has(receipt.session) ? receipt.session : receiverFor(systemId, receipt);
    if (!session) break;
    deliver(session, receipt);
  }
  queue.splice(0, sent);
}

// A receipt is kept until it is confirmed; a session that closes gives its own back to the queue.
function deliver(session, receipt) {
  session.unconfirmed.add(receipt);
  session.deliver_sm(receipt.fields, (resp) => {
    session.unconfirmed.delete(receipt);
    if (resp.command_status !== 0) waiting.get(session.systemId).push(receipt);
    tell({ event: 'receipt_answered', system_id: session.systemId, id: receipt.id, status: resp.command_status });
    deliverWaiting(session.systemId);
  });
}

function queueReceipt(session, pdu, n, behaviour) {
  const receipt = receiptOf(pdu, n, behaviour);
  if (behaviour.receipt === 'other') receipt.notOn = session;
  if (behaviour.receipt === 'before') receipt.session = session;
  waiting.get(session.systemId).push(receipt);
  deliverWaiting(session.systemId);
}

function onSubmit(session, pdu) {
  const behaviour = behaviourOf(session.systemId);
  const n = ++number;
  const id = write(behaviour.resp_id, n);
  tell({
    event: 'submit', system_id: session.systemId, session: session.number, from: pdu.source_addr,
    to: pdu.destination_addr, text: textOf(pdu), hex: bytesOf(pdu.short_message).toString('hex'),
    esm_class: pdu.esm_class, data_coding: pdu.data_coding, registered_delivery: pdu.registered_delivery,
    udh: udhOf(pdu), sar: pdu.sar_total_segments, message_id: id, priority: pdu.priority_flag,
    schedule: pdu.schedule_delivery_time, validity: pdu.validity_period,
  });
  if (behaviour.silent) return;
  const asked = (pdu.registered_delivery & 3) !== 0 && behaviour.receipt !== 'none' && !behaviour.status;
  if (asked && behaviour.receipt === 'before') queueReceipt(session, pdu, n, behaviour);
  session.send(pdu.response({ command_status: behaviour.status || 0, message_id: behaviour.status ? '' : id }));
  if (asked && behaviour.receipt !== 'before') {
    setTimeout(() => queueReceipt(session, pdu, n, behaviour), behaviour.receipt_delay || 0);
  }
}

function udhOf(pdu) {
  const udh = pdu.short_message && pdu.short_message.udh;
  if (!udh) return null;
  return (Array.isArray(udh) ? Buffer.concat(udh.map((part) => Buffer.from(part))) : Buffer.from(udh)).toString('hex');
}

function onBind(session, pdu, kind) {
  if (refuse) {
    session.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
    return session.close();
  }
  session.systemId = pdu.system_id;
  session.kind = kind;
  session.unconfirmed = new Set();
  sessions.add(session);
  if (!waiting.has(pdu.system_id)) waiting.set(pdu.system_id, []);
  session.send(pdu.response({ system_id: 'npm-smsc' }));
  tell({ event: 'bind', system_id: pdu.system_id, kind, session: session.number, password: pdu.password });
  deliverWaiting(session.systemId);
}

const server = smpp.createServer((session) => {
  session.number = ++sessionNumber;
  for (const kind of ['transmitter', 'receiver', 'transceiver']) {
    session.on('bind_' + kind, (pdu) => onBind(session, pdu, kind));
  }
  session.on('submit_sm', (pdu) => onSubmit(session, pdu));
  session.on('enquire_link', (pdu) => {
    session.send(pdu.response());
    tell({ event: 'enquire_link', system_id: session.systemId, session: session.number });
  });
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    tell({ event: 'unbind', system_id: session.systemId, session: session.number });
    session.close();
  });
  session.on('error', (error) => tell({ event: 'error', system_id: session.systemId, message: String(error) }));
  session.on('close', () => {
    sessions.delete(session);
    tell({ event: 'close', system_id: session.systemId, session: session.number });
    if (!session.systemId) return;
    waiting.get(session.systemId).unshift(...session.unconfirmed);
    deliverWaiting(session.systemId);
  });
});

const commands = {
  // The connection is left to the other side: who answers unbind closes it.
  unbind(c) {
    for (const s of [...sessions]) {
      if (s.systemId !== c.system_id) continue;
      s.unbind({}, (pdu) => tell({ event: 'unbound', system_id: s.systemId, session: s.number, status: pdu.command_status }));
    }
  },
  close(c) { for (const s of [...sessions]) if (s.systemId === c.system_id) s.destroy(); },
  refuse(c) { refuse = c.value; },
  set(c) { carriers[c.system_id] = c.behaviour; },
  enquire(c) {
    for (const s of sessions) {
      if (s.systemId === c.system_id) {
        s.enquire_link({}, (resp) => tell({ event: 'enquire_link_answered', session: s.number, status: resp.command_status }));
      }
    }
  },
  deliver(c) {
    const session = receiverFor(c.system_id, {});
    session.deliver_sm(c.fields, (resp) => tell({ event: 'deliver_answered', status: resp.command_status }));
  },
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => { const c = JSON.parse(line); commands[c.do](c); })
  .on('close', () => process.exit(0));

server.listen(options.port || 0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
