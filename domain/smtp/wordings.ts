// What servers say, as patterns: each taken from a server that says it. Gaps are bounded, so that no text is slow to read.

/** One pattern of several, whatever the case of the letters. ` ..20.. ` stands for at most 20 characters of one sentence. */
const says = (...wordings: string[]) =>
  new RegExp(wordings.map(wording => wording.replace(/ ?\.\.(\d+)\.\. ?/g, '[^;\\n]{0,$1}?')).join('|'), 'iu')

export const wordings = {
  greylisting: says('gr[ae]y-?list'),

  /** DMARC, SPF or DKIM of our domain: Gmail 5.7.26, Microsoft 5.7.23 and 5.7.515, Yahoo. */
  domainAuthentication: says(
    '\\b(?:spf|dkim|dmarc)\\b',
    'sender policy framework',
    'sending domain ..80..(?:authentication level|does not pass)',
  ),

  /** About our greeting: Postfix, Exim, Gmail's `(EHLO)`. That EHLO is missing is another matter. */
  ehlo: says(
    '\\b(?:helo|ehlo)\\b ..60..\\b(?:reject|invalid|denied|bad|forged|mismatch|refus|blocked|not|must|need|fail|unresolv)',
    '\\b(?:invalid|bad|forged|fake|illegal|malformed|unresolvable|rejected|unacceptable|fix|wrong|not an?|not your) ..30..\\b(?:helo|ehlo)\\b',
    '\\((?:helo|ehlo)\\)',
    'need fully-qualified hostname',
  ),
  ehloMissing: says(
    '\\b(?:helo|ehlo)\\b ..20..\\bfirst',
    '\\b(?:send|say|expected|before|without|no|missing)\\b ..20..\\b(?:helo|ehlo)\\b ..10..(?:first|$)',
  ),

  encryption: says(
    '\\bstarttls\\b',
    '(?:encryption|encrypted connection|secure connection|\\bssl\\b|\\btls\\b) ..20..\\b(?:required|needed|mandatory|first)\\b',
    '\\b(?:must|requires?|need) ..20..(?:encrypt|\\bssl\\b|\\btls\\b)',
  ),

  appPassword: says(
    'app(?:lication)?[- ]?specific',
    'app(?:lication)?s?[- ]?(?:pass(?:word|code)|kennwort|passwort)',
    'invalidsecondfactor',
    // QQ and NetEase: "Please enter your authorization code to login", in GBK as well.
    'authori[sz]ation code',
    '授权码',
    'ÊÚÈ¨Âë',
    // mail.ru
    "parol['ʹ]? prilozh",
  ),
  basicDisabled: says(
    'basic authentication is (?:disabled|not supported)',
    'smtpclientauthentication is disabled',
    'security defaults',
    'legacyauth',
  ),
  /** The mechanism and not the password. */
  mechanism: says(
    '\\bmechanisms?\\b',
    'auth\\w* (?:type|method|scheme)s?\\b',
    '(?:auth\\w*|command|plain|login|parameter|argument) (?:is |are )?(?:not|un)[- ]?(?:supported|implemented|recogni[sz]ed|available|enabled)',
    'un(?:supported|recogni[sz]ed|known|implemented) (?:auth|command|parameter|argument)',
    'not (?:supported|implemented)\\b',
  ),
  /** The credentials, in the languages of the servers that translate. */
  credentials: says(
    '\\bauth(?:entication|enticate|orization)?\\b ..40..\\b(?:fail|error|reject|invalid|incorrect|unsuccess|denied|refused|data)',
    '\\b(?:fail|invalid|incorrect|bad|wrong|unknown|rejected|denied|missing) ..40..\\b(?:auth|log ?in|sign[- ]?in|credential|password|passwd|user)',
    '\\b(?:log ?in|sign[- ]?in|credentials?|password|passwd|user(?: ?name)?|account)\\b ..40..\\b(?:fail|error|reject|invalid|incorrect|wrong|unknown|bad|denied|refused|not)',
    'anmeldung ..30..(?:fehl|abgelehnt|ungültig)|(?:kennwort|passwort|benutzername) ..30..(?:falsch|ungültig)',
    'identifiants? ..30..(?:invalide|incorrect)|mot de passe ..30..(?:invalide|incorrect|erroné)|contraseña ..30..(?:incorrect|inválid)',
  ),
  /** As `credentials`, where the words alone would be too many: a password was looked at. */
  password: says('\\bpass(?:word|wd)\\b|credential|user ?name|kennwort|passwort'),
  accountClosed: says(
    '\\b(?:account|user|mailbox|login|profile|domain|subscription)\\b ..60..\\b(?:disabled|suspended|deactivated|inactive|terminated|closed|frozen|gesperrt|deaktiviert|(?:not|awaiting|pending) (?:yet |been )?(?:activat|active|approv)\\w*|under review)',
    '\\b(?:disabled|suspended|deactivated|inactive) (?:account|user|login)',
  ),
  /** The same, said in a way that cannot mean the recipient's account: SES, Mailgun, Brevo. */
  sendingClosed: says(
    '\\byour ..20..(?:account|domain|subscription|plan)\\b ..60..\\b(?:disabled|suspended|deactivated|inactive|terminated|closed|blocked|(?:not|awaiting|pending) (?:yet |been )?(?:activat|active|approv)\\w*|under review)',
    '\\b(?:sending|smtp service|smtp access|outgoing mail|outbound mail) ..30..\\b(?:suspended|paused|disabled|blocked)',
    'domain ..60.. is disabled',
    'please activate your \\w+ account|payment required|\\bbilling\\b',
  ),
  /** Not this once but for a while: a further attempt makes it longer. */
  lockedForNow: says(
    '(?:temporar\\w+|account|user|login|ip) ..20..\\b(?:locked|lock(?:ed)? out)',
    'temporar\\w+ (?:blocked|banned|disabled|suspended)',
  ),

  /** Only said to those who have not signed in. */
  login: says(
    'auth\\w* (?:is |was )?(?:required|needed|first|mandatory)',
    'requires? ..20..(?:auth|log ?in)',
    '(?:not|un)[- ]?authenticated',
    'not (?:been )?(?:logged|signed) ?[io]n',
    '(?:must|need to|have to|please|first) (?:first )?(?:be )?(?:auth|log ?(?:in|on)|sign in|issue an? auth|use smtp auth|send auth|enable smtp auth)',
    '(?:log ?in|authenticate|auth command|auth) (?:is )?(?:first|required)',
    '(?:send|use|issue) auth\\b',
    'pop3? ?(?:-|before)',
    'anonymous ..30..not',
    '(?:anmeldung|authentifizierung|authentification|autenticación|autenticazione) ..20..(?:erforderlich|nötig|requise|obligatoire|requerida|necesaria|richiesta)',
  ),
  /** Postfix: what a list of those who may send ends with. */
  accessDenied: says('(?:client host|recipient address|sender address) rejected: access denied'),

  relay: says(
    '\\brelay(?:ing)?\\b ..30..\\b(?:den|not|prohibit|disallow|forbid|refus|reject|restrict|block)',
    '\\b(?:not|unable|cannot|can.t|no|refus\\w*|den\\w*) ..30..\\brelay',
    '(?:credentials )?for relay\\b',
    'rcpthosts',
    'open relay|relaying denied|weiterleitung ..20..(?:verweigert|abgelehnt|nicht)',
  ),
  /** Zoho says so of a sender. */
  relayAs: says('relay\\w* disallowed (?:as|for)\\b', 'relay\\w* disallowed ..20..invalid domain'),

  /** The address that we come from, its name in DNS, and who lists it. */
  client: says(
    'client host (?:\\[|rejected|blocked)',
    'blocked using',
    '(?:unauthori[sz]ed|banned|blocked|black-?listed|block-?listed|bad|poor|low) ..20..\\b(?:ip|host|mta|reputation)\\b',
    '\\b(?:ip|ip-adresse|adresse ip|dirección ip)\\b ..60..\\b(?:banned|block|black|listed|not (?:allowed|accepted|authori[sz]ed|permitted|white-?listed|in|on)\\b|denied|refus|reject|reputation|geblockt|gesperrt|blockiert|bloqué|bloquead)',
    'the ip you.re using to send',
    '\\b(?:connections?|traffic|mail|messages?) ..20..not accepted from',
    '\\b(?:your|sending) (?:ip|host|server|mta|network|mail server) ..60..\\b(?:banned|block|black|listed|not allowed|denied|refus|reject|reputation)',
    '\\b(?:black|block|deny)[- ]?list|\\bin (?:an? |the )?(?:rbl|dnsbl)\\b|\\b(?:rbl|dnsbl|rhsbl)\\b|liste noire|lista negra|schwarze\\w* liste',
    'spamhaus|spamcop|barracuda ?(?:central|reputation|networks)|\\bsorbs\\b|uceprotect|abuseat|ipcheck\\.',
    '(?:sender|mta|ip|network).s? (?:poor |bad )?reputation|reputation of (?:the|your)|poor reputation',
    'reverse (?:dns|lookup|hostname|name|pointer|mapping|record)|rückwärtsauflösung',
    '\\bptr\\b|\\brdns\\b|cannot find your (?:reverse )?hostname|hostname ..30..not ..10..resolve',
    '\\bIP=ip\\b',
    '\\b(?:mail|messages?|connections?) from \\[?ip\\b',
    'blackhole|not accepting (?:mail|messages|connections) from',
  ),
  /** An address in the text of the mail, not ours. */
  linkInContent: says(
    'contains? ..40..\\b(?:url|link|uri|domain)',
    '\\b(?:sur|uri)bl\\b',
    '\\b(?:url|link|uri)s? (?:in|of|listed|blocked|black)',
  ),

  smaller: says(
    'too (?:big|large)',
    '(?:message|mail|data) (?:is |size |file )?exceed',
    '(?:message|mail) size',
    'size limit',
    'maximum ..40..size',
    'nachricht (?:ist )?zu groß',
  ),
  room: says(
    'over ?quota',
    'quota (?:is |was )?(?:exceeded|full)',
    'exceed\\w* (?:the |its |his |their )?(?:storage|quota|mailbox)',
    '(?:mailbox|storage|disk|inbox) ..20.. (?:full|over|limit)',
    '(?:postfach|speicher) ..20..voll|boîte ..20..pleine|buzón ..20..lleno',
  ),
  patience: says(
    '\\brate\\b',
    'throttl',
    'too (?:many|much|fast|quickly|frequent)',
    '(?:limit|credits?) ..20..(?:exceeded|reached)',
    'exceed\\w* ..60.. (?:limit|credits?|threshold|number of|per (?:day|hour|minute))\\b',
    'frequency limited|unusual sending activity|unexpected volume|slow down',
  ),
  /** How much we may send, which no mailbox has to do with. */
  sendingLimit: says(
    'throttl',
    '(?:daily|hourly|monthly) ..40..(?:limit|quota)\\b',
    '(?:message|sending|outgoing) (?:rate |volume )?(?:limit|quota)\\b',
  ),
  /** How much one recipient may get: Gmail 4.2.1. */
  receiving: says('(?:user|recipient|mailbox|account) ..60..receiving'),
  /** Says of a 5yz that it is for now, too. */
  limit: says('limit', 'too (?:many|much|frequent)', 'exceeded', 'unusual sending', '\\bcredits?\\b'),

  /** Something of the server's own is broken or full. */
  ownTrouble: says(
    '(?:service|server|system) (?:is |are |currently |temporarily |not )*(?:unavailable|available|busy|overloaded|accepting|down)',
    'lookup|internal|configuration|local (?:error|problem)|database|resources|out of (?:memory|disk)|insufficient',
    '(?:server|system) (?:error|failure|load|busy)|overload|load (?:average )?(?:is )?too high|(?:shutting|going) down|maintenance|queue file|too busy|busy',
    '(?:network|message) (?:is )?not accepting|not accepting (?:network )?messages',
    'wartung|überlastet|dienst ..20..nicht verfügbar',
  ),
  /** Of these, what no mail gets past. */
  serviceGone: says(
    '(?:service|server|system) (?:is |currently |temporarily )*(?:unavailable|busy|overloaded|down|not available|not accepting)',
    'insufficient (?:system )?(?:storage|resources)|out of (?:memory|disk)|overload|load (?:average )?(?:is )?too high|(?:shutting|going) down|maintenance|too busy|not accepting (?:network )?messages',
    'wartung|überlastet|dienst ..20..nicht verfügbar',
  ),
  later: says(
    'later|again|retry|delay|defer|temporar|come back|wait|minute|second|hour|\\btry\\b|moment',
    'später|erneut|nochmal|plus tard|más tarde|más tardi|più tardi',
  ),

  /** A plan for trials, which sends to a few agreed addresses only: Mailgun, Resend, MailerSend, Postmark. */
  sandbox: says(
    'authori[sz]ed recipients?',
    'only send ..30..\\bto (?:your|the|verified|authori)',
    'recipient addresses must',
  ),
  /** Only a few may write to this one: Microsoft's closed groups. */
  closedRecipient: says(
    '\\bto (?:this|the|that) (?:recipient|group|list|user|mailbox)\\b',
    'senders? outside|external senders|allowed[- ]senders|sendernotauthenticatedfor',
  ),
  sender: says(
    'sender (?:address|identity|signature|domain|verify|verification|not|is not|rejected|denied|refused)',
    '(?:from|sender|envelope-from)[\'"]? address ..60.. (?:\\bnot\\b|n.t \\w|verif|denied|reject|allow|own)',
    '(?:from|sender|envelope-from) ..40.. (?:doesn.t|n.t verif|denied|reject|not (?:allowed|authori[sz]ed|permitted|owned|verified|match))',
    '(?:unverified|unauthori[sz]ed|invalid|unknown|local) sender|sending from ..60.. not',
    '(?:same as|equals?|match) (?:the )?auth\\w* user',
    'send ?as',
    'not owned by user',
    'not (?:allowed|permitted|authori[sz]ed) to (?:send|use|perform)',
    'address is not verified',
    'domain ..60.. not ..10.. verif|domain ..40.. (?:unverified|must be verified)|verify (?:your|a|the) (?:sending )?domain',
    'unregistered domain',
    'absender ..40.. (?:abgelehnt|nicht|ungültig)|expéditeur ..40.. (?:refus|rejet|invalide|non)|remitente ..40.. (?:rechazad|no )',
  ),
  recipient: says(
    'recipient (?:address )?(?:unknown|invalid|not|does|is not)',
    '(?<!\\b(?:ip|sender|from|your|client)[ -])\\b(?:user|mailbox|recipient|account|address|addressee)\\b ..40.. \\b(?:unknown|not (?:be )?(?:found|known|exist|valid|listed|active)|invalid|inactive|unrout\\w+|does ?n.t exist|does not exist|doesn.t have|not exist|suspended|disabled|discontinued)',
    '(?:user|recipient|address) (?:is )?not local\\b|unrout\\w+ ..10.. domain',
    'no such (?:user|mailbox|recipient|address|account|person|local)',
    '(?:unknown|invalid|inactive|undeliverable|unrouteable|unroutable|nonexistent|non-existent|inexistent) (?:local[- ]part|user|mailbox|recipient|address|account|addressee)',
    '(?:not|isn.t) a (?:valid|known|local) (?:mailbox|user|recipient|address|account)',
    'no (?:mailbox|user|account) ..20..(?:by that name|here)|recipnotfound|you tried to reach',
    'empfänger\\S* ..60..(?:unbekannt|nicht|existiert|ungültig|abgelehnt)|unbekannte?\\w* (?:empfänger|benutzer|adresse|postfach)',
    '(?:benutzer|postfach|adresse)\\S* ..60..(?:unbekannt|existiert nicht|nicht gefunden|nicht vorhanden|ungültig)|kein(?:e|en)? (?:solche\\w* )?(?:benutzer|empfänger|postfach)',
    '(?:utilisateur|destinataire|adresse|boîte)\\S* ..60..(?:inconnue?|invalide|inexistante?|introuvable)|(?:usuario|destinatario|buzón|casilla|cuenta)\\S* ..60..(?:desconocid|no existe|inexistente|no encontrad|inválid|no válid|rechazad)|no existe ..20..(?:usuario|buzón|destinatario)',
    '(?:utente|destinatario|casella)\\S* ..60..(?:sconosciut|inesistente|non esiste|non trovat)|(?:usuário|destinatário)\\S* ..60..(?:desconhecid|inexistente|não existe)|(?:gebruiker|ontvanger)\\S* ..60..(?:onbekend|bestaat niet)|onbekende (?:gebruiker|ontvanger)',
    '(?:użytkownik|odbiorca|adres)\\S* ..60..(?:nieznany|nie istnieje)|пользовател\\S* ..60..(?:не найден|не существует|неизвест)|(?:收件人|用户|邮箱) ?(?:不存在|未知)',
  ),
  /** Postfix puts any reason behind it. */
  recipientRefused: says(
    'recipient (?:address )?(?:rejected|refused|denied)',
    'mailbox (?:is )?(?:unavailable|not available)',
  ),
  content: says('spam|virus|malware|unsolicited|content|blocked|attachment|policy|phish|suspicious'),
}
