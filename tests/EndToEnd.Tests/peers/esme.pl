#!/usr/bin/perl
# An ESME made of Net::SMPP: binds as transceiver, submits one message that asks for a receipt, waits for the receipt,
# answers it, unbinds.
#
#   perl esme.pl PORT SYSTEM_ID PASSWORD FROM TO TEXT
#
# One JSON object a line on standard output.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

my ($port, $system_id, $password, $from, $to, $text) = @ARGV;
$| = 1;
my $json = JSON::PP->new->latin1->canonical;
sub tell_test { print $json->encode({@_}), "\n"; }

my ($smpp, $resp) = Net::SMPP->new_transceiver('127.0.0.1', port => $port, system_id => $system_id,
    password => $password, smpp_version => 0x34)
    or die "no connection: $!";
tell_test(event => 'bound', status => $resp->{status}, system_id => $resp->{system_id});

# The answers come in any order with the receipts, so the reading is left to the loop below.
$smpp->submit_sm(async => 1, source_addr => $from, destination_addr => $to, registered_delivery => 1,
    short_message => $text);
my $open = 1;
while ($open) {
    my $pdu = $smpp->read_pdu() or last;
    if ($pdu->{cmd} == Net::SMPP::CMD_submit_sm_resp) {
        tell_test(event => 'submitted', status => $pdu->{status}, message_id => $pdu->{message_id});
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_deliver_sm) {
        $smpp->deliver_sm_resp(seq => $pdu->{seq}, message_id => '');
        tell_test(event => 'deliver', esm_class => $pdu->{esm_class}, text => $pdu->{short_message},
            from => $pdu->{source_addr}, to => $pdu->{destination_addr},
            receipted_message_id => tlv($pdu->{receipted_message_id}), message_state => tlv($pdu->{message_state}));
        $smpp->unbind(async => 1);
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
        $smpp->enquire_link_resp(seq => $pdu->{seq});
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind_resp) {
        tell_test(event => 'unbound', status => $pdu->{status});
        $open = 0;
    }
}

# Net::SMPP gives optional parameters as their bytes.
sub tlv {
    my $bytes = shift;
    return defined $bytes ? unpack('H*', $bytes) : undef;
}
