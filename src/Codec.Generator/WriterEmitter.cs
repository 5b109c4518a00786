namespace Codec.Generator;

/// <summary>Writes EncodedSize, Check and the Write methods.</summary>
internal static class WriterEmitter
{
    public static void Emit(CodeBuilder code, PduModel pdu)
    {
        EncodedSize(code, pdu);
        Check(code, pdu);
        Write(code, pdu);
        WriteTo(code, pdu);
    }

    private static void EncodedSize(CodeBuilder code, PduModel pdu)
    {
        int constant = pdu.Mandatory.Count;
        var lengths = pdu.Fields.Select(Length).Where(l => l.Length > 0).ToList();
        string sum = string.Join(" + ", new[] { $"Header.Size + {constant}" }.Concat(lengths));
        code.Line();
        code.Line("/// <summary>Octets that Write needs.</summary>");
        string body = HasOmitBody(pdu) ? $"OmitBody ? Header.Size : {sum}" : sum;
        code.Line($"public readonly int EncodedSize => {body};");
    }

    private static string Length(Field field) => field.Kind switch
    {
        FieldKind.CString or FieldKind.CountedOctets => $"{field.Property}.Length",
        FieldKind.CountedList or FieldKind.Tlvs => $"{field.Property}.Bytes.Length",
        _ => "",
    };

    private static void Check(CodeBuilder code, PduModel pdu)
    {
        code.Line();
        code.Line("/// <summary>The first field that cannot be written as it is; none if all can.</summary>");
        code.Open("public readonly PduError Check()");
        foreach (var field in pdu.Fields)
        {
            string? limit = field.Kind switch
            {
                FieldKind.CString => field.Argument,
                FieldKind.CountedOctets => "256",
                _ => null,
            };
            if (limit is not null)
            {
                code.Line($"if (!{Fits(field)})");
                code.Line("    return PduError.Unwritable("
                    + $"{field.Status}, \"{field.Name}\", {field.Property}, {limit});");
            }
        }

        if (pdu.HasManyCommands)
        {
            code.Open($"if (Command is not ({pdu.CommandPattern}))");
            code.Line("PduError.WrongCommand(out var error);");
            code.Line("return error;");
            code.Close();
        }

        code.Line("return default;");
        code.Close();
    }

    private static string Fits(Field field) => field.Kind switch
    {
        FieldKind.CString => $"CString.Fits({field.Property}, {field.Argument})",
        FieldKind.CountedOctets => $"({field.Property}.Length <= byte.MaxValue)",
        _ => "",
    };

    private static void Write(CodeBuilder code, PduModel pdu)
    {
        string status = pdu.IsResponse ? "Status" : "CommandStatus.ESME_ROK";
        string command = pdu.HasManyCommands ? "Command" : $"(CommandId)0x{pdu.Commands[0]:X8}u";
        code.Line();
        if (pdu.IsResponse)
        {
            code.Line("/// <summary>Writes the PDU with that status; see the other overload.</summary>");
            code.Open("public int Write(Span<byte> destination, uint sequence, CommandStatus status)");
            code.Line("Status = status;");
            code.Line("return Write(destination, sequence);");
            code.Close();
            code.Line();
        }

        code.Line("/// <summary>");
        code.Line("/// Writes the PDU; gives the octets written, or -1 if they do not fit or a field cannot be");
        code.Line("/// written (<see cref=\"Check\"/> names it).");
        code.Line("/// </summary>");
        code.Open("public readonly int Write(Span<byte> destination, uint sequence)");
        code.Line("int size = EncodedSize;");
        var conditions = new List<string> { "destination.Length < size" };
        conditions.AddRange(pdu.Mandatory.Select(Fits).Where(f => f.Length > 0).Select(f => "!" + f));
        if (pdu.HasManyCommands)
        {
            conditions.Add($"Command is not ({pdu.CommandPattern})");
        }

        code.Line("if (" + string.Join("\n            || ", conditions) + ")");
        code.Line("    return -1;");
        code.Line("destination = destination[..size];");
        code.Line($"new Header((uint)size, {command}, {status}, sequence).Write(destination);");
        if (HasOmitBody(pdu))
        {
            code.Line("if (OmitBody) return size;");
        }

        code.Line("int at = Header.Size;");
        Fields(code, pdu);
        code.Line("return size;");
        code.Close();
    }

    private static void Fields(CodeBuilder code, PduModel pdu)
    {
        foreach (var field in pdu.Fields)
        {
            switch (field.Kind)
            {
                case FieldKind.Octet:
                    code.Line($"destination[at++] = {field.Property};");
                    break;
                case FieldKind.CString:
                    code.Line($"at = CString.Write(destination, at, {field.Property});");
                    break;
                case FieldKind.CountedOctets:
                    code.Line($"destination[at++] = (byte){field.Property}.Length;");
                    code.Line($"{field.Property}.CopyTo(destination[at..]);");
                    code.Line($"at += {field.Property}.Length;");
                    break;
                case FieldKind.CountedList:
                    code.Line($"destination[at++] = (byte){field.Property}.Count;");
                    code.Line($"{field.Property}.Bytes.CopyTo(destination[at..]);");
                    code.Line($"at += {field.Property}.Bytes.Length;");
                    break;
                case FieldKind.Tlvs:
                    code.Line($"{field.Property}.Bytes.CopyTo(destination[at..]);");
                    break;
            }
        }
    }

    private static void WriteTo(CodeBuilder code, PduModel pdu)
    {
        code.Line();
        code.Line("/// <summary>Writes the PDU to a buffer writer; see the other overload.</summary>");
        code.Line("public readonly int WriteTo<TWriter>(TWriter writer, uint sequence)");
        code.Open("    where TWriter : IBufferWriter<byte>");
        code.Line("int written = Write(writer.GetSpan(EncodedSize), sequence);");
        code.Line("if (written > 0) writer.Advance(written);");
        code.Line("return written;");
        code.Close();
    }

    private static bool HasOmitBody(PduModel pdu) => pdu.IsResponse && pdu.Mandatory.Count > 0;
}
