//! The letter's words, in Kazakh, Russian and English: plain ones, and those that the pages use.

use plebiscite_election::credential::ReplacementReason;

/// Everything that a letter says beside names and numbers.
pub struct Words {
    /// The language's tag.
    pub tag: &'static str,
    /// Above everything else.
    pub heading: &'static str,
    /// On a rehearsal's letters.
    pub test: &'static str,
    /// When voting begins, and when it ends.
    pub dates: fn(&str, &str) -> String,
    /// Day, month, year, and clock with its zone.
    pub moment: fn(u8, usize, u16, &str) -> String,
    /// Before the code.
    pub code: &'static str,
    /// What to do, in order. The second is given the address to type.
    pub steps: [fn(&str) -> String; 3],
    /// With two registrars, between the first two steps and the last: the other letter's code.
    pub second: &'static str,
    /// Until when one may vote again.
    pub again: &'static str,
    /// With two registrars: this one's name and the other's.
    pub two: fn(&str, &str) -> String,
    /// Nobody else may see the code.
    pub keep: &'static str,
    /// The number in the list.
    pub roll: &'static str,
    /// The region.
    pub region: &'static str,
    /// The election's fingerprint, and what to do with it.
    pub fingerprint: &'static str,
    /// The page shows the same.
    pub fingerprint_hint: &'static str,
    /// Whom to call: a telephone number.
    pub help: fn(&str) -> String,
    /// Where more is said: an address.
    pub more: fn(&str) -> String,
    /// On a letter that replaces another.
    pub replaces: fn(&str) -> String,
    /// Why it was replaced.
    pub reason: fn(ReplacementReason) -> &'static str,
    /// An e-mail's subject, with the vote's title.
    pub subject: fn(&str) -> String,
}

/// The languages that letters are written in.
pub const LANGUAGES: [&Words; 3] = [&KAZAKH, &RUSSIAN, &ENGLISH];

/// The words of a language, or English ones.
#[must_use]
pub fn words_of(language: &str) -> &'static Words {
    LANGUAGES.into_iter().find(|words| words.tag == language).unwrap_or(&ENGLISH)
}

const KAZAKH: Words = Words {
    tag: "kk",
    heading: "Дауыс беруге арналған кодыңыз",
    test: "Бұл — сынақ. Мұндағы дауыстар ештеңеге әсер етпейді.",
    dates: |opens, closes| format!("Дауыс беру басталады: {opens}. Аяқталады: {closes}."),
    moment: |day, month, year, clock| {
        let months = [
            "қаңтар",
            "ақпан",
            "наурыз",
            "сәуір",
            "мамыр",
            "маусым",
            "шілде",
            "тамыз",
            "қыркүйек",
            "қазан",
            "қараша",
            "желтоқсан",
        ];
        format!("{year} жылғы {day} {}, {clock}", months.get(month).copied().unwrap_or_default())
    },
    code: "Сіздің кодыңыз",
    steps: [
        |_| {
            "Телефонның камерасымен оң жақтағы шаршыны түсіріп алыңыз. Дауыс беру беті кодымен бірге ашылады."
                .to_owned()
        },
        |address| {
            format!("Болмаса, браузерде {address} мекенжайын ашып, кодты теріңіз: 4 таңбадан тұратын 7 топ.")
        },
        |_| {
            "Сұраққа жауап беріңіз, жауабыңызды тексеріңіз, дауысыңызды жәшікке салыңыз және бақылау кодын сақтап қойыңыз.".to_owned()
        },
    ],
    second: "Содан кейін бет екінші кодты сұрайды: екінші хаттағы немесе хабарламадағы кодты да теріңіз.",
    again: "Дауыс беру аяқталғанша қайта дауыс бере аласыз: тек соңғы дауысыңыз есептеледі.",
    two: |own, other| {
        format!(
            "Сізге екі мекемеден екі код келеді: бұл кодты «{own}», екіншісін «{other}» жіберді. Дауыс беру үшін екеуі де керек. Екі мекеменің ешқайсысы сіздің орныңызға дауыс бере алмауы үшін солай жасалған."
        )
    },
    keep: "Кодты ешкімге көрсетпеңіз. Оны сізден ешкім, біздің мекеме де сұрамайды. Хат ашылған күйде келсе, бізге хабарласыңыз.",
    roll: "Тізімдегі нөміріңіз",
    region: "Өңір",
    fingerprint: "Дауыс берудің нөмірі",
    fingerprint_hint: "Оны дауыс беру бетіндегі нөмірмен салыстырыңыз.",
    help: |phone| format!("Сұрақтарыңыз болса, хат жоғалса немесе оны басқа біреу көрсе: тел. {phone}."),
    more: |web| format!("Толығырақ: {web}"),
    replaces: |reason| {
        format!("Бұл хат бұрынғы хаттың орнына жіберілді. Себебі: {reason}. Бұрынғы код енді жарамсыз.")
    },
    reason: |reason| match reason {
        ReplacementReason::NotReceived => "хат келмеген",
        ReplacementReason::Lost => "хат жоғалған",
        ReplacementReason::Unreadable => "код оқылмайды",
        ReplacementReason::Disclosed => "кодты басқа біреу көрген болуы мүмкін",
        ReplacementReason::Misdelivered => "хат басқа адамға жеткізілген",
    },
    subject: |title| format!("Дауыс беруге арналған кодыңыз: {title}"),
};

const RUSSIAN: Words = Words {
    tag: "ru",
    heading: "Ваш код для голосования",
    test: "Это репетиция. Голоса здесь ни на что не влияют.",
    dates: |opens, closes| format!("Голосование начинается {opens} и заканчивается {closes}."),
    moment: |day, month, year, clock| {
        let months = [
            "января",
            "февраля",
            "марта",
            "апреля",
            "мая",
            "июня",
            "июля",
            "августа",
            "сентября",
            "октября",
            "ноября",
            "декабря",
        ];
        format!("{day} {} {year} года в {clock}", months.get(month).copied().unwrap_or_default())
    },
    code: "Ваш код",
    steps: [
        |_| {
            "Наведите камеру телефона на квадрат справа. Откроется страница голосования, код вводить не нужно.".to_owned()
        },
        |address| format!("Или откройте в браузере адрес {address} и введите код: 7 групп по 4 знака."),
        |_| {
            "Ответьте на вопрос, проверьте ответ, опустите голос в урну и сохраните контрольный код."
                .to_owned()
        },
    ],
    second: "После этого страница попросит второй код: введите и код из другого письма или сообщения.",
    again: "До конца голосования можно проголосовать ещё раз: считается только последний голос.",
    two: |own, other| {
        format!(
            "Вы получите два кода от двух ведомств: этот код прислал отправитель «{own}», другой пришлёт «{other}». Чтобы проголосовать, нужны оба. Так сделано, чтобы ни одно из двух ведомств не могло проголосовать за вас."
        )
    },
    keep: "Никому не показывайте код. Никто, и мы тоже, не вправе его у вас спрашивать. Если письмо пришло вскрытым, сообщите нам.",
    roll: "Ваш номер в списке",
    region: "Регион",
    fingerprint: "Номер голосования",
    fingerprint_hint: "Сверьте его с номером на странице голосования.",
    help: |phone| format!("Есть вопросы, письмо потеряно или его видел кто-то другой? Звоните: {phone}."),
    more: |web| format!("Подробнее: {web}"),
    replaces: |reason| {
        format!("Это письмо заменяет прежнее. Причина: {reason}. Прежний код больше не действует.")
    },
    reason: |reason| match reason {
        ReplacementReason::NotReceived => "письмо не пришло",
        ReplacementReason::Lost => "письмо потеряно",
        ReplacementReason::Unreadable => "код не читается",
        ReplacementReason::Disclosed => "код мог увидеть кто-то другой",
        ReplacementReason::Misdelivered => "письмо доставлено другому человеку",
    },
    subject: |title| format!("Ваш код для голосования: {title}"),
};

const ENGLISH: Words = Words {
    tag: "en",
    heading: "Your code for the vote",
    test: "This is a rehearsal. Votes here count for nothing.",
    dates: |opens, closes| format!("Voting begins on {opens} and ends on {closes}."),
    moment: |day, month, year, clock| {
        let months = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        format!("{day} {} {year} at {clock}", months.get(month).copied().unwrap_or_default())
    },
    code: "Your code",
    steps: [
        |_| {
            "Point your telephone's camera at the square on the right. The voting page opens, and you need not type the code.".to_owned()
        },
        |address| format!("Or open {address} in a browser and type the code: 7 groups of 4 characters."),
        |_| {
            "Answer the question, check your answer, put your vote in the box, and keep the control code."
                .to_owned()
        },
    ],
    second: "The page then asks for your second code: type the code from the other letter or message too.",
    again: "Until voting ends you can vote again: only your last vote counts.",
    two: |own, other| {
        format!(
            "You get two codes, from two offices: this one from “{own}”, the other from “{other}”. You need both to vote. It is done so that neither of the two offices can vote in your place."
        )
    },
    keep: "Show the code to nobody. Nobody may ask you for it, and neither may we. If this letter came opened, tell us.",
    roll: "Your roll number",
    region: "Region",
    fingerprint: "Number of this vote",
    fingerprint_hint: "Compare it with the number on the voting page.",
    help: |phone| format!("A question, a lost letter, or somebody has seen it? Call {phone}."),
    more: |web| format!("More: {web}"),
    replaces: |reason| {
        format!("This letter replaces an earlier one. Reason: {reason}. The earlier code is no longer valid.")
    },
    reason: |reason| match reason {
        ReplacementReason::NotReceived => "the letter did not arrive",
        ReplacementReason::Lost => "the letter was lost",
        ReplacementReason::Unreadable => "the code cannot be read",
        ReplacementReason::Disclosed => "somebody else may have seen the code",
        ReplacementReason::Misdelivered => "the letter was delivered to somebody else",
    },
    subject: |title| format!("Your code for the vote: {title}"),
};
