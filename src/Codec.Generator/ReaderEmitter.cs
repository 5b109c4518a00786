namespace Codec.Generator;

/// <summary>
/// Writes TryRead. Requests are read strictly: the first field that is wrong is named. Responses are read as far as
/// they go, since refusing one would leave its request without an answer: what is missing stays empty.
/// </summary>
internal static class ReaderEmitter
{
    public static void Emit(CodeBuilder code, PduModel pdu)
    {
        code.Line();
        code.Line("/// <summary>Reads a whole PDU with header; gives ESME_ROK or a response's status.</summary>");
        code.Line($"public static CommandStatus TryRead(ReadOnlySpan<byte> pdu, out {pdu.Name} value) =>");
        code.Line("    TryRead(pdu, out value, out _);");
        code.Line();
        code.Line("/// <summary>Reads a whole PDU, header included; on failure says which field was wrong.</summary>");
        code.Line("public static CommandStatus TryRead(");
        code.Open($"    ReadOnlySpan<byte> pdu, out {pdu.Name} value, out PduError error)");
        code.Line("value = default;");
        code.Line("if (!PduBody.Open(ref pdu, out var header, out error)) return error.Status;");
        code.Line($"if (header.Command is not ({pdu.CommandPattern})) return PduError.WrongCommand(out error);");
        if (pdu.HasManyCommands)
        {
            code.Line("value.Command = header.Command;");
        }

        if (pdu.IsResponse)
        {
            code.Line("value.Status = header.Status;");
        }

        code.Line("int at = Header.Size;");
        if (pdu.Mandatory.Any(f => f.Kind != FieldKind.Octet))
        {
            code.Line("int end;");
        }

        Fields(code, pdu);
        Tlvs(code, pdu);
        code.Line("return CommandStatus.ESME_ROK;");
        code.Close();
    }

    private static void Fields(CodeBuilder code, PduModel pdu)
    {
        var fields = pdu.Mandatory;
        for (int i = 0; i < fields.Count; i++)
        {
            if (pdu.IsResponse)
            {
                code.Open("if (at >= pdu.Length)");
                code.Line($"value._absent = {fields.Count - i};");
                code.Line("return CommandStatus.ESME_ROK;");
                code.Close();
            }

            if (fields[i].Kind != FieldKind.Octet)
            {
                Field(code, pdu, fields[i]);
            }
            else if (pdu.IsResponse)
            {
                code.Line($"value.{fields[i].Property} = pdu[at++];");
            }
            else
            {
                var run = fields.Skip(i).TakeWhile(f => f.Kind == FieldKind.Octet).ToList();
                Octets(code, run);
                i += run.Count - 1;
            }
        }
    }

    /// <summary>Octets that follow each other share one check of the length.</summary>
    private static void Octets(CodeBuilder code, List<Field> run)
    {
        string missing = run.Count == 1
            ? $"\"{run[0].Name}\""
            : "(pdu.Length - at) switch { "
                + string.Join(", ", run.Select((f, i) => (i == run.Count - 1 ? "_" : $"{i}") + $" => \"{f.Name}\""))
                + " }";
        code.Line($"if (pdu.Length - at < {run.Count})");
        code.Line($"    return PduError.Truncated(out error, {missing}, at, pdu.Length);");
        for (int i = 0; i < run.Count; i++)
        {
            string where = i == 0 ? "at" : $"at + {i}";
            code.Line($"value.{run[i].Property} = pdu[{where}];");
            if (run[i].HasOffset)
            {
                code.Line($"value.{run[i].Property}Offset = {where};");
            }
        }

        code.Line($"at += {run.Count};");
    }

    private static void Field(CodeBuilder code, PduModel pdu, Field field)
    {
        switch (field.Kind)
        {
            case FieldKind.CString when pdu.IsResponse:
                code.Line("end = CString.End(pdu, at, pdu.Length);");
                code.Line("if (end < 0) end = pdu.Length;");
                code.Line($"value.{field.Property} = pdu[at..end];");
                code.Line("at = Math.Min(end + 1, pdu.Length);");
                break;
            case FieldKind.CString:
                code.Line($"end = CString.End(pdu, at, {field.Argument});");
                code.Line("if (end < 0)");
                code.Line($"    return PduError.CString(out error, {field.Status}, \"{field.Name}\", "
                    + $"at, pdu.Length, {field.Argument});");
                code.Line($"value.{field.Property} = pdu[at..end];");
                Offset(code, field, "at");
                code.Line("at = end + 1;");
                break;
            case FieldKind.CountedOctets:
                code.Line("if (at >= pdu.Length)");
                code.Line($"    return PduError.Truncated(out error, \"{field.Argument}\", at, pdu.Length);");
                code.Line("end = at + 1 + pdu[at];");
                code.Line("if (end > pdu.Length)");
                code.Line("    return PduError.Beyond("
                    + $"out error, {field.Status}, \"{field.Name}\", at + 1, pdu.Length);");
                code.Line($"value.{field.Property} = pdu[(at + 1)..end];");
                Offset(code, field, "at + 1");
                code.Line("at = end;");
                break;
            case FieldKind.CountedList:
                List(code, pdu, field);
                break;
        }
    }

    private static void List(CodeBuilder code, PduModel pdu, Field field)
    {
        if (!pdu.IsResponse)
        {
            code.Line("if (at >= pdu.Length)");
            code.Line($"    return PduError.Truncated(out error, \"{field.Argument}\", at, pdu.Length);");
        }

        code.Line($"end = {field.Type}.Measure(pdu, at + 1, pdu[at], out error);");
        code.Line("if (end < 0) return error.Status;");
        code.Line($"value.{field.Property} = new {field.Type}(pdu[at], pdu[(at + 1)..end]);");
        code.Line("at = end;");
    }

    private static void Offset(CodeBuilder code, Field field, string where)
    {
        if (field.HasOffset)
        {
            code.Line($"value.{field.Property}Offset = {where};");
        }
    }

    private static void Tlvs(CodeBuilder code, PduModel pdu)
    {
        code.Open("if (at < pdu.Length)");
        code.Line("value.Tlvs = new TlvReader(pdu[at..]);");
        if (!pdu.IsResponse && !pdu.LenientTlvs)
        {
            code.Line("if (!value.Tlvs.IsWellFormed(out int bad))");
            code.Line("    return PduError.Beyond("
                + "out error, CommandStatus.ESME_RINVTLVSTREAM, \"tlvs\", at + bad, pdu.Length);");
        }

        code.Close();
    }
}
