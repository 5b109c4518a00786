using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Fuzz;
using Xunit;

namespace Codec.Tests;

/// <summary>A test that needs a program, and is skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <summary>Says why, if it is to be skipped.</summary>
    public ProgramFactAttribute(string program)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Skip = program + " is not installed";
        }
    }
}

/// <summary>What others make of the PDUs that the codec writes.</summary>
public class PeerTests
{
    private const int Samples = 40;

    /// <summary>
    /// tshark takes broadcast_rep_num, which every broadcast_sm must have, for longer than it is and calls what follows
    /// malformed.
    /// </summary>
    private static readonly CommandId[] BeyondTshark = [CommandId.BroadcastSm];

    [ProgramFact("tshark")]
    public void Tshark_has_no_complaint()
    {
        string file = Path.Combine(Path.GetTempPath(), $"codec-{Environment.ProcessId}.pcap");
        int written = WriteCapture(file, Pdus().Where(p => !BeyondTshark.Contains(Command(p))));
        try
        {
            string[] dissected = Lines("tshark", "-r", file, "-d", "tcp.port==2775,smpp", "-Y", "smpp",
                "-T", "fields", "-e", "smpp.command_id");
            Assert.Equal(written, dissected.Length);
            string[] complaints = Lines("tshark", "-r", file, "-d", "tcp.port==2775,smpp",
                "-Y", "_ws.malformed || (smpp && _ws.expert.severity >= 0x600000)", "-T", "fields",
                "-e", "frame.number", "-e", "smpp.command_id", "-e", "_ws.expert.message", "-e", "tcp.payload");
            Assert.Empty(complaints);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [ProgramFact("node")]
    public void Npms_smpp_reads_the_same_fields()
    {
        string folder = Path.Combine(Root(), "tests", "EndToEnd.Tests", "peers");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "smpp")))
        {
            Lines("npm", "ci", "--prefix", folder, "--no-audit", "--no-fund");
        }

        string file = Path.Combine(Path.GetTempPath(), $"codec-{Environment.ProcessId}.txt");
        var pdus = Pdus().ToList();
        File.WriteAllLines(file, pdus.Select(Describe));
        try
        {
            string[] complaints = Lines("node", Path.Combine(Root(), "tests", "Codec.Tests", "npm-smpp.js"), file);
            Assert.Equal([$"{pdus.Count} PDUs, 0 complaints"], complaints);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<byte[]> Pdus()
    {
        byte[] buffer = new byte[SamplePdus.MaxLength];
        var samples = new SamplePdus(11, sensible: true);
        foreach (var command in SamplePdus.Commands)
        {
            for (int i = 0; i < Samples; i++)
            {
                yield return buffer[..samples.Next(command, buffer)];
            }
        }
    }

    /// <summary>A line of octets and the fields we read: hex, command, status, then name=value each.</summary>
    private static string Describe(byte[] pdu)
    {
        var header = Header.Read(pdu);
        var visitor = new FieldCollector();
        Assert.Equal(CommandStatus.ESME_ROK, Pdu.TryDescribe(pdu, ref visitor, out _, out _));
        var fields = visitor.Fields.Select(f =>
            $"{f.Key}={Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"{f.Value}"))}");
        return string.Join(' ', fields.Prepend($"{header.Command.Name()} {(uint)header.Status} {header.Sequence}")
            .Prepend(Convert.ToHexStringLower(pdu)));
    }

    private static CommandId Command(byte[] pdu) => Header.Read(pdu).Command;

    /// <summary>A capture file with a TCP segment a PDU, from port 40000 to 2775.</summary>
    private static int WriteCapture(string file, IEnumerable<byte[]> pdus)
    {
        const int Ip = 20;
        const int Tcp = 20;
        using var output = new BinaryWriter(File.Create(file));
        output.Write([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 101, 0, 0, 0]);
        uint sequence = 1;
        int count = 0;
        foreach (byte[] pdu in pdus)
        {
            byte[] packet = new byte[Ip + Tcp + pdu.Length];
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[8] = 64;
            packet[9] = 6;
            new byte[] { 127, 0, 0, 1, 127, 0, 0, 2 }.CopyTo(packet, 12);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(Ip), 40000);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(Ip + 2), 2775);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(Ip + 4), sequence);
            packet[Ip + 12] = 0x50;
            packet[Ip + 13] = 0x18;
            packet[Ip + 14] = 0xFF;
            pdu.CopyTo(packet, Ip + Tcp);
            output.Write(count++);
            output.Write(0);
            output.Write(packet.Length);
            output.Write(packet.Length);
            output.Write(packet);
            sequence += (uint)pdu.Length;
        }

        return count;
    }

    private static string[] Lines(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}{output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Appliance.sln")))
        {
            at = at.Parent;
        }

        return at.FullName;
    }
}
