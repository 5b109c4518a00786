using BenchmarkDotNet.Attributes;
using Codec;

namespace Micro;

/// <summary>Reading and writing the PDUs that a gateway reads and writes most.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private readonly byte[] _submitSm = Samples.Get("submit_sm");
    private readonly byte[] _deliverSm = Samples.Get("deliver_sm_receipt");
    private readonly byte[] _submitSmResp = Samples.Get("submit_sm_resp");
    private readonly byte[] _deliverSmResp = Samples.Get("deliver_sm_resp");
    private readonly byte[] _message = Message(Samples.Get("submit_sm"));
    private readonly byte[] _receipt = ReceiptText(Samples.Get("deliver_sm_receipt"));
    private readonly byte[] _output = new byte[1024];
    private readonly byte[] _scratch = new byte[512];
    private readonly byte[] _id = "0199f3a27c4e7c02a5d5f0e1"u8.ToArray();
    private uint _sequence = 1;

    [Benchmark]
    public int SubmitSmRead() =>
        SubmitSm.TryRead(_submitSm, out var pdu) == CommandStatus.ESME_ROK ? pdu.ShortMessage.Length : 0;

    [Benchmark]
    public int SubmitSmWrite()
    {
        var pdu = new SubmitSm
        {
            SourceAddrTon = 5,
            SourceAddr = "ACME"u8,
            DestAddrTon = 1,
            DestAddrNpi = 1,
            DestinationAddr = "447700900123"u8,
            ValidityPeriod = "000001000000000R"u8,
            RegisteredDelivery = 1,
            ShortMessage = _message,
        };
        return pdu.Write(_output, _sequence++);
    }

    [Benchmark]
    public int DeliverSmRead() =>
        DeliverSm.TryRead(_deliverSm, out var pdu) == CommandStatus.ESME_ROK ? pdu.ShortMessage.Length : 0;

    [Benchmark]
    public int DeliverSmReadWithReceipt()
    {
        DeliverSm.TryRead(_deliverSm, out var pdu);
        return ReceiptFacts.TryRead(pdu, _scratch, out var facts) ? (int)facts.State : -1;
    }

    [Benchmark]
    public int DeliverSmWrite()
    {
        var tlvs = new TlvWriter(_scratch);
        tlvs.AddCString(TlvTag.ReceiptedMessageId, _id);
        tlvs.AddByte(TlvTag.MessageState, (byte)MessageState.Delivered);
        tlvs.Add(TlvTag.NetworkErrorCode, "\u0003\0\0"u8);
        var pdu = new DeliverSm
        {
            SourceAddrTon = 1,
            SourceAddrNpi = 1,
            SourceAddr = "447700900123"u8,
            DestAddrTon = 5,
            DestinationAddr = "ACME"u8,
            EsmClass = 4,
            ShortMessage = _receipt,
            Tlvs = tlvs.Written,
        };
        return pdu.Write(_output, _sequence++);
    }

    [Benchmark]
    public int SubmitSmRespRead() =>
        SubmitSmResp.TryRead(_submitSmResp, out var pdu) == CommandStatus.ESME_ROK ? pdu.MessageId.Length : 0;

    [Benchmark]
    public int SubmitSmRespWrite() =>
        new SubmitSmResp { MessageId = _id }.Write(_output, _sequence++, CommandStatus.ESME_ROK);

    [Benchmark]
    public int DeliverSmRespRead() =>
        DeliverSmResp.TryRead(_deliverSmResp, out var pdu) == CommandStatus.ESME_ROK ? 1 + pdu.MessageId.Length : 0;

    [Benchmark]
    public int DeliverSmRespWrite() => default(DeliverSmResp).Write(_output, _sequence++, CommandStatus.ESME_ROK);

    /// <summary>What is timed must do what it says.</summary>
    [GlobalSetup]
    public void Verify()
    {
        Expect(SubmitSmRead() == _message.Length && SubmitSmWrite() == _submitSm.Length, _submitSm);
        Expect(DeliverSmRead() == _receipt.Length && DeliverSmReadWithReceipt() == (int)MessageState.Delivered, []);
        Expect(DeliverSmWrite() == _deliverSm.Length, _deliverSm);
        Expect(SubmitSmRespRead() == 24 && SubmitSmRespWrite() == _submitSmResp.Length, _submitSmResp);
        Expect(DeliverSmRespRead() == 1 && DeliverSmRespWrite() == _deliverSmResp.Length, _deliverSmResp);
    }

    private static byte[] Message(byte[] octets)
    {
        SubmitSm.TryRead(octets, out var pdu);
        return pdu.ShortMessage.ToArray();
    }

    private static byte[] ReceiptText(byte[] octets)
    {
        DeliverSm.TryRead(octets, out var pdu);
        return pdu.ShortMessage.ToArray();
    }

    private void Expect(bool lengths, byte[] sample)
    {
        if (!lengths || !_output.AsSpan(0, sample.Length).SequenceEqual(sample))
        {
            throw new InvalidOperationException("the benchmark does not read or write its sample");
        }

        _sequence = 1;
    }
}
