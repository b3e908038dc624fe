// What servers say, as patterns: each taken from a server that says it. Gaps are bounded, so that no text is slow to read.

/** One pattern of several, whatever the case of the letters. ` ..20.. ` stands for at most 20 characters of one sentence. */
const says = (...wordings: string[]) =>
  new RegExp(wordings.map(wording => wording.replace(/ ?\.\.(\d+)\.\. ?/g, '[^;\\n]{0,$1}?')).join('|'), 'iu')

/** Words for "no", in the languages of the servers that translate. */
const refused = [
  'reject|den(?:y|ied)|refus|prohibit|disallow|forbid|block|\\bban|black|unauthori[sz]ed',
  '(?:not|n.t) (?:be )?(?:allow|accept|permit|authori[sz]|white|listed)',
  'abgelehnt|verweigert|gesperrt|geblockt|blockiert|unzulässig|nicht (?:erlaubt|zugelassen|gestattet|berechtigt|angenommen|akzeptiert)',
  'rejet|bloqu|interdit|(?:non|pas) autoris|rechaz|rejeit|denegad|no (?:está |se )?(?:permit|autoriz)|não (?:permit|autoriz)',
  'rifiut|respint|bloccat|vietat|non (?:consent|autorizz|permess|accett)|geweigerd|geblokkeerd|niet (?:toegestaan|geaccepteerd|toegelaten)',
  'odrzucon|zablokowan|отклон|запрещ|заблокир|拒否|拒絶|拒绝|禁止|許可されて',
].join('|')

/** The account of whoever is spoken to. */
const yourAccount = '(?:ihr|dein|votre|tu|su|tuo|suo|uw|je) (?:\\w*konto|compte|cuenta|account)'
const closed =
  'gesperrt|deaktiviert|suspend|désactiv|bloqu|desactivad|sospes|disattivat|bloccat|geblokkeerd|opgeschort'

export const wordings = {
  greylisting: says('gr[ae]y-?list'),

  /** DMARC, SPF or DKIM of our domain: Gmail 5.7.26, Microsoft 5.7.23 and 5.7.515, Yahoo. */
  domainAuthentication: says(
    '\\b(?:spf|dkim|dmarc)\\b|openspf',
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
  /** Whatever else is said of it. */
  ehloMentioned: says('\\b(?:helo|ehlo)\\b'),
  /** In reply to EHLO: about what stood behind it. */
  ehloName: says(
    '\\bname\\b|host ?name|\\bdomain\\b|\\bfqdn\\b|literal|localhost|impersonat|you are not|not (?:me|you)\\b|own name',
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
    'app(?:lication)?s?[- ]?(?:pass(?:word|code)|kennwort|passwort|token)',
    "anwendungsspezifisch|mot de passe d['’]application|contraseña de aplicaci|password (?:per|di|dell) ?(?:le |l['’])?app|アプリ ?パスワード",
    'invalidsecondfactor|\\b[2m]fa\\b|two[- ](?:factor|step)',
    '(?:via|through|using) (?:your|a) (?:web )?browser|web[- ]?login required',
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
    'mec+anismo|mécanisme|authentifizierungs(?:methode|verfahren|art|mechanismus)|anmeldeverfahren',
    '(?:\\bplain|\\bcram-md5|\\bxoauth2|\\bauth login) (?:auth\\w* )?(?:is |are )?(?:not (?:allowed|permitted|enabled)|disabled|refused|denied|rejected)',
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
    '\\bno such (?:user|account|mailbox)',
    'zugangsdaten|identifiant|mot de passe|contraseña|credencial|credenzial|utente|wachtwoord|gebruikersnaam|\\bsenha\\b|hasł|пароль|логин|パスワード|ログイン|認証|ユーザー名|密码|口令|登录',
  ),
  /** As `credentials`, where the words alone would be too many: a password was looked at. */
  password: says('\\bpass(?:word|wd)\\b|credential|user ?name|kennwort|passwort'),
  accountClosed: says(
    '\\b(?:account|user|mailbox|login|profile|domain|subscription)\\b ..60..\\b(?:disabled|suspended|deactivated|inactive|terminated|closed|frozen|gesperrt|deaktiviert|(?:not|awaiting|pending) (?:yet |been )?(?:activat|active|approv)\\w*|under review)',
    '\\b(?:disabled|suspended|deactivated|inactive) (?:account|user|login)',
    '(?:account|user|mailbox) ..20..(?:blocked|locked by)',
    'not (?:enabled|activated|allowed) (?:for|on) (?:this|your|the) (?:account|user|mailbox|domain)',
    `${yourAccount} ..40..(?:${closed})`,
  ),
  /** The same, said in a way that cannot mean the recipient's account: SES, Mailgun, Brevo. */
  sendingClosed: says(
    '\\byour ..20..(?:account|domain|subscription|plan)\\b ..60..\\b(?:disabled|suspended|deactivated|inactive|terminated|closed|blocked|(?:not|awaiting|pending) (?:yet |been )?(?:activat|active|approv|validat)\\w*|under review)',
    '\\b(?:sending|smtp service|smtp access|outgoing mail|outbound mail) ..30..\\b(?:suspended|paused|disabled|blocked)',
    '(?:disabled|suspended|blocked|restricted) (?:for|from) sending(?! from)|(?:trial|subscription|plan|account) ..10..expired',
    'please activate your \\w+ account|payment required|\\bbilling\\b|\\binvoices?\\b|unpaid',
    `${yourAccount} ..40..(?:${closed})`,
  ),
  /** Ours or the recipient's. */
  domainClosed: says('domain ..60.. is (?:disabled|suspended)'),
  /** Not this once but for a while: a further attempt makes it longer. */
  lockedForNow: says(
    '(?:temporar\\w+|account|user|login|ip) ..20..\\b(?:locked|lock(?:ed)? out)',
    'temporar\\w+ (?:blocked|banned|disabled|suspended)',
  ),
  lockedByHand: says('locked by'),

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
  /** Any word about signing in, which decides where one can and nobody has. */
  signingIn: says(
    '\\b(?:un)?auth(?!or)\\w*|\\blog(?:ged|ging)? ?[io]n\\b|\\bsign(?:ed|ing)? ?in\\b',
    'anmeld|authentifi|autentic|autenticar|autenticaz|identifiez|inloggen|認証|身份验证|身分驗證|登录|登錄|авториз|аутентиф|uwierzyteln',
  ),
  /** Postfix: what a list of those who may send ends with. */
  accessDenied: says('(?:client host|recipient address|sender address) rejected: access denied'),

  relay: says(
    '\\brelay(?:ing)?\\b ..30..\\b(?:den|not|prohibit|disallow|forbid|refus|reject|restrict|block)',
    '\\b(?:not|unable|cannot|can.t|no|refus\\w*|den\\w*) ..30..\\brelay',
    '(?:credentials )?for relay\\b',
    'rcpthosts',
    'relaying denied|weiterleitung ..20..(?:verweigert|abgelehnt|nicht)',
    `\\brelai?(?:y|s)(?:ing)?\\b ..30..(?:${refused})`,
    '(?:n.t|\\bnot an?) ..10..(?:relay|gateway)',
  ),
  /** Zoho says so of a sender. */
  relayAs: says('relay\\w* disallowed (?:as|for)\\b', 'relay\\w* disallowed ..20..invalid domain'),

  /** The address that we come from, its name in DNS, and who lists it. */
  client: says(
    'client host (?:\\[|rejected|blocked)',
    'blocked using|\\bclient (?:is )?(?:blocked|rejected|denied|refused)(?! from sending)',
    '(?:unauthori[sz]ed|banned|blocked|black-?listed|block-?listed|bad|poor|low) ..20..\\b(?:ip|host|mta|reputation)\\b',
    '\\b(?:ip|ip-adresse|adresse ip|dirección ip)\\b ..60..\\b(?:banned|block|black|listed|not (?:allowed|accepted|authori[sz]ed|permitted|white-?listed|in|on)\\b|denied|refus|reject|reputation)',
    `\\bip(?:-[a-z]+)?\\b ..60..(?:${refused})`,
    `(?:${refused}) ..30..\\b(?:from|for|of) ..15..\\b(?:ip|country|region)\\b`,
    `\\b(?:your|sending|client) ..10..\\b(?:country|region|provider|hoster|asn)\\b ..40..(?:${refused})`,
    'originating (?:from ..10..)?(?:ip|network)\\b|policy reasons \\(ip\\)',
    '\\b(?:dynamic|dynamisch\\w*|residential|generic|dial-?up) ..20..\\b(?:ip|pool|host|address|range|rdns|client)|\\bis a dial-?up\\b|\\bbogons?\\b',
    'hosts[._](?:deny|allow)|fcrdns|not allowed to connect|will be permanently deferred',
    'the ip you.re using to send',
    '\\b(?:connections?|traffic|mail|messages?) ..20..not accepted from',
    '\\b(?:your|sending) (?:ip|host|server|mta|network|mail server) ..60..\\b(?:not (?:in|on|permit|auth|resolv)|banned|block|black|listed|not allowed|denied|refus|reject|reputation)',
    '\\b(?:black|block|deny)[- ]?list|\\bin (?:an? |the )?(?:rbl|dnsbl)\\b|(?:\\b|_)(?:rbl|dnsbl|rhsbl)\\b|liste noire|lista negra|sperrliste|schwarze\\w* liste',
    'spamhaus|spamcop|barracuda ?(?:central|reputation|networks)|\\bsorbs\\b|uceprotect|abuseat|ipcheck\\.',
    '(?:sender|mta|ip|network).s? (?:poor |bad )?reputation|reputation of (?:the|your)|poor reputation',
    'reverse (?:dns|lookup|hostname|name|pointer|mapping|record)|rückwärtsauflösung',
    '\\bptr\\b|\\brdns\\b|cannot find your (?:reverse )?hostname|hostname ..30..not ..10..resolve',
    '\\bIP=ip\\b',
    '\\b(?:mail|messages?|connections?) from \\[?ip\\b',
    'open relay|blackhole|not accepting (?:mail|messages|connections) from',
  ),
  refusal: says(refused),
  /** From nobody: RFC 7504. */
  noMailHere: says(
    'does not accept (?:any )?(?:e-?)?mail(?! from)|no smtp service|not (?:a|an) (?:mail|smtp)',
  ),
  /** In the greeting, where nobody has told anything yet: about where we come from. */
  notYou: says('from you\\b|not welcome|\\bpolicy\\b'),
  /** Said of this mail, and not of how many there are. */
  thisMessage: says(
    'too many (?:\\w+ )?(?:headers?|urls?|links?|attachments?|parts|images|lines)\\b',
    '\\b(?:attachments?|line|lines|header|headers|score|points) ..40..(?:limit|exceed|too (?:long|large|big|many))',
    '(?:classified|identified|detected|considered|flagged|recogni[sz]ed) ..15..(?:spam|virus|malware|phish)',
    'spam[- ]?(?:score|level|points)|content (?:filter|of your)|\\bmessage body\\b|body contains|virus ..30..found',
  ),
  loop: says('too many (?:hops|received)|\\bhop count\\b|(?:routing|mail) loop|\\bloop (?:detected|found)'),
  /** An address in the text of the mail, not ours. */
  linkInContent: says(
    'contains? ..40..\\b(?:url|link|uri|domain|ip)\\b',
    '\\b(?:sur|uri)bl\\b',
    '\\b(?:url|link|uri)s? (?:in|of|to|listed|blocked|black)',
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
    'quota (?:is |was )?(?:exceeded|full|reached)',
    'exceed\\w* (?:the |its |his |their )?(?:disk |storage )?(?:storage|quota|mailbox)',
    '(?:mailbox|storage|inbox|quota) ..20.. (?:full|over|limit)|out of (?:storage|space|quota)',
    '(?:postfach|speicher) ..20..voll|boîte ..20..pleine|buzón ..20..llen|casella ..20..piena|postvak ..20..vol\\b|メールボックス ..20..(?:いっぱい|容量)',
  ),
  patience: says(
    '\\brate\\b',
    'throttl',
    'too (?:many|much|fast|quickly|frequent)',
    '(?:limit|credits?) ..20..(?:exceeded|reached)',
    'exceed\\w* ..60.. (?:limits?|credits?|threshold|number of|per (?:day|hour|minute))\\b',
    '(?:attempts|per (?:day|hour|minute)) ..20..exceeded|insufficient credits?|limits? for how many',
    'zu viele|trop de|demasiad|troppi|te veel',
    `(?:limit|límite|contingent|kontingent) ..30..(?:überschritten|erreicht|dépass|atteint|alcanz|super|raggiunt|overschreden|bereikt)`,
    '(?:überschritten|erreicht|dépass|atteint|alcanz|superad|superat|raggiunt|overschreden|bereikt) ..30..(?:limit|límite|kontingent)',
    'frequency limited|unusual sending activity|unexpected volume|slow down',
  ),
  /** How much we may send, which no mailbox has to do with. */
  sendingLimit: says(
    'throttl',
    '(?:daily|hourly|monthly) ..40..(?:limit|quota)\\b',
    '(?:message|messaging|sending|outgoing) (?:rate |volume )?(?:limits?|quota)\\b',
    'used (?:up|all)\\b|\\bsend(?:ing)? quota|versandlimit|limite d.envoi|límite de envío|limite di invio|verzendlimiet',
    '\\b(?:sender|policy) ..40..\\bquota\\b|\\bquota ..30..\\bsender\\b',
  ),
  /** How much one recipient may get: Gmail 4.2.1. */
  receiving: says(
    '(?:user|recipient|mailbox|account) ..60..receiving',
    '(?:for|to|of|per) (?:this |that |the )?(?:@|recipient|mailbox|user)(?!\\w)',
    '\\b(?:recipient|mailbox) (?:rate|has received|over incoming|receives)',
  ),
  /** Said by another server, which this one has asked. */
  passedOn: says('\\b(?:said|remote|via|relayed)\\b'),
  /** Says of a 5yz that it is for now, too. */
  limit: says(
    'l[ií]mit',
    'kontingent|zu viele|trop de|demasiad|troppi|te veel',
    'too (?:many|much|frequent)',
    'exceeded',
    'unusual sending',
    '\\bcredits?\\b',
  ),

  /** Something of the server's own is broken or full. */
  ownTrouble: says(
    '(?:service|server|system) (?:is |are |currently |temporarily |not )*(?:unavailable|available|busy|overloaded|accepting|down)',
    'lookup|internal|configuration|local (?:error|problem)|database|resources|out of (?:memory|disk)|insufficient',
    '(?:server|system) (?:error|failure|load|busy)|overload|load (?:average )?(?:is )?too high|(?:shutting|going) down|maintenance|queue file|too busy|busy',
    '(?:temporary|technical) (?:problem|failure|error)|(?:read|write|disk|i/o) (?:error|full)|disk ..20..full',
    '(?:network|message) (?:is )?not accepting|not accepting (?:network )?messages',
    'wartung|überlastet|dienst ..20..nicht verfügbar',
  ),
  /** Of these, what no mail gets past. */
  serviceGone: says(
    '(?:service|server|system) (?:is |currently |temporarily )*(?:unavailable|busy|overloaded|down|not available|not accepting)',
    'insufficient (?:system )?(?:storage|resources)|out of (?:memory|disk)|disk (?:is )?full|overload|load (?:average )?(?:is )?too high|(?:shutting|going) down|maintenance|too busy|not accepting (?:network )?messages',
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
  /** Said for one recipient, who wants nothing from us or from strangers. */
  recipientsWish: says(
    '(?:recipient|addressee)(?: address| domain)? (?:has |is |was |being |and |on )+(?:\\w+ ){0,3}(?:block|black|bann|opted|unsubscri|suppress)',
    'banned recipient|\\bby (?:the |this |their )?(?:recipient|addressee|mailbox owner)\\b|recipient.s (?:\\w+ ){0,2}(?:block|black|deny|reject)[- ]?list',
    'suppression list|(?:has|have) (?:opted out|unsubscribed)',
    '\\b(?:subscribers|members) (?:only|may|can)\\b|\\bnot an? (?:member|subscriber)\\b|post to this',
    'resolver\\.rst\\.(?!recipsize)',
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
    '\\bsender ..40..\\bnot (?:valid|verif|confirm|regist|allowed|auth|permit|own|match)',
    '(?:unverified|unauthori[sz]ed|invalid|unknown|local) sender|sending from ..60.. not',
    '(?:same as|equals?|match) (?:the )?auth\\w* user',
    'send ?as',
    'not owned by user',
    'not (?:allowed|permitted|authori[sz]ed) to (?:send|use|perform)',
    'address is not verified',
    'domain ..60.. not ..10.. verif|domain ..40.. (?:unverified|must be verified)|verify (?:your|a|the) (?:sending )?domain',
    'unregistered domain|domain ..60.. not ..10..regist|not one of your',
    `(?:mittente|afzender|absender\\S*|expéditeur|remitente|remetente|nadawc\\S*|отправител\\S*|差出人|送信者|发件人) ..40..(?:${refused}|gehört nicht|unknown)`,
    'unverified ..20..(?:domain|sender)|envelope[- ]sender',
    'absender ..40.. (?:abgelehnt|nicht|ungültig)|expéditeur ..40.. (?:refus|rejet|invalide|non)|remitente ..40.. (?:rechazad|no )',
  ),
  /** A sender who is looked for like a recipient. */
  senderCheck: says('sender (?:verif|callout)'),
  anyRecipient: says('recipient|addressee|empfänger|destinat|ontvanger|收件人|宛先'),
  recipient: says(
    'recipient (?:address )?(?:unknown|invalid|not|does|is not)',
    '(?<!\\b(?:ip|sender|from|your|client)[ -])\\b(?:user|mailbox|recipient|account|address|addressee)\\b ..40.. \\b(?:unknown|not (?:be )?(?:found|known|exist|valid|listed|active)|invalid|inactive|unrout\\w+|does ?n.t exist|does not exist|doesn.t have|not exist|suspended|disabled|discontinued)',
    '(?:user|recipient|address) (?:\\S+ )?(?:is )?not local\\b|unrout\\w+ ..10.. domain',
    'no such (?:user|mailbox|recipient|address|account|person|local)',
    '(?:unknown|invalid|inactive|undeliverable|unrouteable|unroutable|nonexistent|non-existent|inexistent) (?:local[- ]part|user|mailbox|recipient|address|account|addressee)',
    '(?:not|isn.t) a (?:valid|known|local) (?:mailbox|user|recipient|address|account)',
    'no (?:mailbox|user|account) ..20..(?:by that name|here)|recipnotfound|you tried to reach',
    'empfänger\\S* ..60..(?:unbekannt|nicht|existiert|ungültig|abgelehnt)|unbekannte?\\w* (?:empfänger|benutzer|adresse|postfach)',
    '(?:benutzer|postfach|adresse)\\S* ..60..(?:unbekannt|existiert nicht|nicht gefunden|nicht vorhanden|ungültig)|kein(?:e|en)? (?:solche\\w* )?(?:benutzer|empfänger|postfach)',
    '(?:utilisateur|destinataire|adresse|boîte)\\S* ..60..(?:inconnue?|invalide|inexistante?|introuvable)|(?:usuario|destinatario|buzón|casilla|cuenta)\\S* ..60..(?:desconocid|no existe|inexistente|no encontrad|inválid|no válid|rechazad)|no existe ..20..(?:usuario|buzón|destinatario)',
    '(?:utente|destinatario|casella)\\S* ..60..(?:sconosciut|inesistente|non esiste|non trovat)|(?:usuário|destinatário)\\S* ..60..(?:desconhecid|inexistente|não existe)|(?:gebruiker|ontvanger)\\S* ..60..(?:onbekend|bestaat niet)|onbekende (?:gebruiker|ontvanger)',
    '(?:użytkownik|odbiorca|adres)\\S* ..60..(?:nieznany|nie istnieje)|пользовател\\S* ..60..(?:не найден|не существует|неизвест)|(?:收件人|用户|邮箱) ?(?:不存在|未知)',
    '(?:宛先|ユーザー?|受信者|メールアドレス|アカウント|メールボックス) ..30..(?:存在しません|見つかりません|不明|無効)',
  ),
  /** Postfix puts any reason behind it. */
  recipientRefused: says(
    'recipients? (?:address )?(?:rejected|refused|denied)',
    'mailbox (?:is )?(?:unavailable|not available)|mailbox name not allowed|(?<!sender )address rejected',
    `(?:empfänger|destinat|mailbox|postfach|konto|compte|cuenta|casella)\\S* ..40..(?:${closed}|block)`,
    '\\bhas moved\\b|moved to another|callout verification failure',
    'null ?mx|no (?:valid )?mx\\b|no mail hosts|no longer (?:accept|valid|active|in use|available|exist)|does not accept (?:any )?mail\\b|domain ..60..not (?:hosted|handled|local|served)',
    '(?:host|domain)(?: name)?(?: or domain name)? not found|(?:host|domain) unknown|unknown (?:host|domain)',
  ),
  content: says(
    '\\bheaders?\\b|rfc ?5322|bulk|spam|virus|malware|unsolicited|content|blocked|attachment|policy|phish|suspicious',
  ),
}
