namespace Appliance.Policy.OptOuts;

/// <summary>
/// STOP, START and HELP by language. STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, HELP and INFO are what carriers of
/// North America ask senders to honour; all others are our own choice of what people write, and the configuration adds
/// to it. STOP counts in every language.
/// </summary>
public static class KeywordTable
{
    public static readonly IReadOnlyList<KeywordSet> All =
    [
        new()
        {
            Language = "en",
            Stop = ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "UNSUB", "OPTOUT", "OPT OUT", "REVOKE"],
            StopAlone = ["CANCEL", "END", "QUIT", "REMOVE", "REMOVE ME"],
            Start = ["START", "UNSTOP", "OPTIN", "OPT IN", "SUBSCRIBE", "RESUME"],
            Help = ["HELP", "INFO"],
            StopReply = "You have opted out and will receive no more messages. Reply START to opt in again.",
            StartReply = "You will receive messages again. Reply STOP to opt out.",
            HelpReply = "Reply STOP to receive no more messages, START to receive them again.",
        },
        new()
        {
            Language = "es",
            Stop = ["BAJA", "ALTO", "PARAR", "DETENER", "CANCELAR SUSCRIPCION", "DESUSCRIBIR", "NO MAS"],
            StopAlone = ["CANCELAR", "FIN", "SALIR", "TERMINAR", "BORRAR"],
            Start = ["ALTA", "INICIAR", "COMENZAR", "SUSCRIBIR"],
            Help = ["AYUDA", "INFORMACION"],
            StopReply = "Se ha dado de baja y no recibira mas mensajes. Responda ALTA para volver a recibirlos.",
            StartReply = "Volvera a recibir mensajes. Responda BAJA para dejar de recibirlos.",
            HelpReply = "Responda BAJA para no recibir mas mensajes, ALTA para volver a recibirlos.",
        },
        new()
        {
            Language = "fr",
            Stop = ["ARRET", "ARRETER", "ARRETEZ", "DESABONNER", "DESINSCRIRE", "DESINSCRIPTION"],
            StopAlone = ["ANNULER", "FIN", "QUITTER", "RESILIER", "TERMINER"],
            Start = ["DEBUT", "DEMARRER", "REPRENDRE", "ABONNER"],
            Help = ["AIDE", "INFOS"],
            StopReply = "Vous ne recevrez plus de messages. Repondez DEBUT pour en recevoir a nouveau.",
            StartReply = "Vous recevrez a nouveau des messages. Repondez STOP pour ne plus en recevoir.",
            HelpReply = "Repondez STOP pour ne plus recevoir de messages, DEBUT pour en recevoir a nouveau.",
        },
        new()
        {
            Language = "de",
            Stop = ["STOPP", "ABMELDEN", "ABMELDUNG", "ABBESTELLEN", "AUSTRAGEN", "KUENDIGEN", "KÜNDIGEN"],
            StopAlone = ["ENDE", "ABBRECHEN", "LÖSCHEN", "BEENDEN", "NEIN DANKE"],
            Start = ["ANMELDEN", "WEITER", "BEGINNEN"],
            Help = ["HILFE"],
            StopReply = "Sie sind abgemeldet und erhalten keine Nachrichten mehr. Antworten Sie START, um wieder welche"
                + " zu erhalten.",
            StartReply = "Sie erhalten wieder Nachrichten. Antworten Sie STOP, um keine mehr zu erhalten.",
            HelpReply = "Antworten Sie STOP, um keine Nachrichten mehr zu erhalten, START, um wieder welche zu"
                + " erhalten.",
        },
        new()
        {
            Language = "pt",
            Stop = ["PARE", "PARAR", "SAIR", "DESCADASTRAR", "CANCELAR INSCRICAO", "REMOVER"],
            StopAlone = ["CANCELAR", "FIM", "TERMINAR", "ANULAR", "ENCERRAR"],
            Start = ["INICIAR", "VOLTAR", "CADASTRAR", "COMECAR"],
            Help = ["AJUDA"],
            StopReply = "Nao recebera mais mensagens. Responda INICIAR para voltar a recebe-las.",
            StartReply = "Voltara a receber mensagens. Responda PARE para deixar de recebe-las.",
            HelpReply = "Responda PARE para nao receber mais mensagens, INICIAR para voltar a recebe-las.",
        },
        new()
        {
            Language = "it",
            Stop = ["FERMA", "FERMARE", "DISISCRIVI", "DISISCRIVIMI", "CANCELLAMI", "ARRESTA"],
            StopAlone = ["ANNULLA", "FINE", "BASTA", "ESCI", "TERMINA", "CANCELLA"],
            Start = ["INIZIA", "AVVIA", "ISCRIVI", "RIPRENDI"],
            Help = ["AIUTO"],
            StopReply = "Non ricevera altri messaggi. Risponda INIZIA per riceverli di nuovo.",
            StartReply = "Ricevera di nuovo i messaggi. Risponda STOP per non riceverne piu.",
            HelpReply = "Risponda STOP per non ricevere altri messaggi, INIZIA per riceverli di nuovo.",
        },
        new()
        {
            Language = "nl",
            Stop = ["AFMELDEN", "UITSCHRIJVEN", "OPZEGGEN", "STOPPEN"],
            StopAlone = ["EINDE", "ANNULEREN", "UIT", "VERWIJDER"],
            Start = ["AANMELDEN", "INSCHRIJVEN", "HERVAT"],
            Help = ["HULP"],
            StopReply = "U bent afgemeld en ontvangt geen berichten meer. Antwoord AANMELDEN om ze weer te ontvangen.",
            StartReply = "U ontvangt weer berichten. Antwoord STOP om ze niet meer te ontvangen.",
            HelpReply = "Antwoord STOP om geen berichten meer te ontvangen, AANMELDEN om ze weer te ontvangen.",
        },
        new()
        {
            Language = "pl",
            Stop = ["REZYGNUJE", "REZYGNUJĘ", "WYPISZ", "WYREJESTRUJ", "ZATRZYMAJ"],
            StopAlone = ["KONIEC", "ANULUJ", "USUŃ", "NIE"],
            Start = ["WZNÓW", "ZAPISZ", "ZACZNIJ"],
            Help = ["POMOC"],
            StopReply = "Nie otrzymasz wiecej wiadomosci. Odpowiedz START, aby znow je otrzymywac.",
            StartReply = "Bedziesz znow otrzymywac wiadomosci. Odpowiedz STOP, aby zrezygnowac.",
            HelpReply = "Odpowiedz STOP, aby nie otrzymywac wiadomosci, START, aby znow je otrzymywac.",
        },
        new()
        {
            Language = "tr",
            Stop = ["DUR", "DURDUR", "RET", "RED", "ABONELIKTEN CIK", "ABONELİKTEN ÇIK", "ÇIKIŞ"],
            StopAlone = ["IPTAL", "İPTAL", "SON", "HAYIR"],
            Start = ["BAŞLA", "BAŞLAT", "ONAY", "DEVAM"],
            Help = ["YARDIM", "BİLGİ"],
            StopReply = "Artik mesaj almayacaksiniz. Yeniden almak icin BASLA yazin.",
            StartReply = "Yeniden mesaj alacaksiniz. Almamak icin RET yazin.",
            HelpReply = "Mesaj almamak icin RET, yeniden almak icin BASLA yazin.",
        },
        new()
        {
            Language = "ar",
            Stop = ["إيقاف", "ايقاف", "توقف", "أوقف", "إلغاء الاشتراك", "الغاء الاشتراك"],
            StopAlone = ["إلغاء", "الغاء", "إنهاء", "خروج", "لا"],
            Start = ["ابدأ", "بدء", "اشتراك", "اشترك"],
            Help = ["مساعدة", "معلومات"],
            StopReply = "تم إلغاء اشتراكك ولن تصلك رسائل أخرى. أرسل ابدأ للاشتراك من جديد.",
            StartReply = "ستصلك الرسائل من جديد. أرسل إيقاف لإلغاء الاشتراك.",
            HelpReply = "أرسل إيقاف لعدم تلقي الرسائل، أو ابدأ لتلقيها من جديد.",
        },
        new()
        {
            Language = "hi",
            Stop = ["रोकें", "रोको", "बंद करें", "बंद करो", "बंद", "BAND KARO"],
            StopAlone = ["रद्द", "समाप्त", "नहीं"],
            Start = ["शुरू", "शुरू करें", "चालू"],
            Help = ["मदद", "सहायता", "MADAD"],
            StopReply = "आपको अब और संदेश नहीं मिलेंगे। फिर से पाने के लिए START लिखें।",
            StartReply = "आपको फिर से संदेश मिलेंगे। बंद करने के लिए STOP लिखें।",
            HelpReply = "संदेश बंद करने के लिए STOP, फिर से पाने के लिए START लिखें।",
        },
        new()
        {
            Language = "id",
            Stop = ["BERHENTI", "HENTIKAN", "UNREG", "BERHENTI LANGGANAN"],
            StopAlone = ["BATAL", "KELUAR", "SELESAI", "TIDAK"],
            Start = ["MULAI", "DAFTAR", "REG", "LANJUT"],
            Help = ["BANTUAN", "TOLONG"],
            StopReply = "Anda tidak akan menerima pesan lagi. Balas MULAI untuk menerima kembali.",
            StartReply = "Anda akan menerima pesan kembali. Balas BERHENTI untuk berhenti.",
            HelpReply = "Balas BERHENTI untuk tidak menerima pesan, MULAI untuk menerima kembali.",
        },
    ];
}
