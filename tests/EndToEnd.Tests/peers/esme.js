// An ESME made of npm's smpp.
//
//   node esme.js '{"port":2775,"system_id":"demo","password":"demo","bind":"transceiver"}'
//
// One JSON object a line: events on standard output, commands on standard input
// ({"do":"submit","fields":{...},"tag":"any"}, {"do":"request","command":"query_sm","fields":{...},"tag":"any"},
// {"do":"enquire"}, {"do":"unbind"}, {"do":"close"}).
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const options = JSON.parse(process.argv[2]);
const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');

const session = smpp.connect({ url: `smpp://127.0.0.1:${options.port}` }, () => {
  session['bind_' + (options.bind || 'transceiver')](
    { system_id: options.system_id, password: options.password, interface_version: 0x34 },
    (pdu) => tell({ event: 'bound', status: pdu.command_status, system_id: pdu.system_id }));
});

function textOf(pdu) {
  const message = pdu.short_message && pdu.short_message.message;
  return Buffer.isBuffer(message) ? message.toString('latin1') : String(message || '');
}

session.on('deliver_sm', (pdu) => {
  session.send(pdu.response({ command_status: options.deliver_status || 0 }));
  tell({
    event: 'deliver', from: pdu.source_addr, to: pdu.destination_addr, esm_class: pdu.esm_class, text: textOf(pdu),
    receipted_message_id: pdu.receipted_message_id, message_state: pdu.message_state,
    network_error_code: pdu.network_error_code && Buffer.from(pdu.network_error_code).toString('hex'),
  });
});
session.on('enquire_link', (pdu) => { session.send(pdu.response()); tell({ event: 'enquire_link' }); });
session.on('unbind', (pdu) => { session.send(pdu.response()); tell({ event: 'unbind' }); });
session.on('error', (error) => tell({ event: 'error', message: String(error) }));
session.on('close', () => { tell({ event: 'close' }); process.exit(0); });

const commands = {
  submit(c) {
    session.submit_sm(c.fields, (pdu) => tell({
      event: 'submitted', tag: c.tag, status: pdu.command_status, message_id: pdu.message_id,
    }));
  },
  request(c) {
    session[c.command](c.fields, (pdu) => tell({
      event: 'answered', tag: c.tag, command: pdu.command, status: pdu.command_status, message_id: pdu.message_id,
      message_state: pdu.message_state, final_date: pdu.final_date, error_code: pdu.error_code,
    }));
  },
  enquire() { session.enquire_link({}, (pdu) => tell({ event: 'enquire_link_answered', status: pdu.command_status })); },
  unbind() { session.unbind({}, (pdu) => { tell({ event: 'unbound', status: pdu.command_status }); session.close(); }); },
  close() { session.destroy(); },
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => { const c = JSON.parse(line); commands[c.do](c); })
  .on('close', () => process.exit(0));
