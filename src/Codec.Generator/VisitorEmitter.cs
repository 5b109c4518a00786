namespace Codec.Generator;

/// <summary>Writes Describe: the fields that were read, told by their names.</summary>
internal static class VisitorEmitter
{
    public static void Emit(CodeBuilder code, PduModel pdu)
    {
        code.Line();
        code.Line("/// <summary>Tells the mandatory fields in order; of a response those that were there.</summary>");
        code.Line("public readonly void Describe<TVisitor>(ref TVisitor visitor)");
        code.Open("    where TVisitor : IPduVisitor, allows ref struct");
        int left = pdu.Mandatory.Count;
        foreach (var field in pdu.Mandatory)
        {
            if (pdu.IsResponse)
            {
                code.Line($"if (_absent >= {left}) return;");
                left--;
            }

            string name = $"\"{field.Name}\"u8";
            switch (field.Kind)
            {
                case FieldKind.Octet:
                    code.Line($"visitor.Number({name}, {field.Property});");
                    break;
                case FieldKind.CString:
                    code.Line($"visitor.Text({name}, {field.Property});");
                    break;
                case FieldKind.CountedOctets:
                    code.Line($"visitor.Number(\"{field.Argument}\"u8, (uint){field.Property}.Length);");
                    code.Line($"visitor.Octets({name}, {field.Property});");
                    break;
                case FieldKind.CountedList:
                    code.Line($"visitor.Number(\"{field.Argument}\"u8, (uint){field.Property}.Count);");
                    code.Line($"visitor.List({name}, {field.Property});");
                    break;
            }
        }

        code.Close();
    }
}
