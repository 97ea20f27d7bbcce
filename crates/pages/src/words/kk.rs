//! Kazakh.

use plebiscite_election::manifest::document::{Base, Condition};
use plebiscite_election::record::Phase;
use plebiscite_election::rule::condition::ConditionVerdict;

use super::{Decisions, Entries, Labels, Links, Missing, Observers, Verify, Words};
use crate::figures::{fraction, is_half, month, number};

const MONTHS: [&str; 12] = [
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

pub const WORDS: Words = Words {
    own_name: "Қазақша",
    skip: "Мазмұнға өту",
    pages: "Осы дауыс берудің беттері",
    language: "Тіл",
    start: "Басты бет",
    result: "Қорытынды",
    book: "Ашық кітап",
    trust_nobody: "Бұл бетке сенудің қажеті жоқ: бүкіл кітапты кез келген адам қайта санай алады.",
    test: "Бұл — сынақ. Оның қорытындысы ешкімді міндеттемейді.",
    elections: "Осы сервердегі дауыс берулер",
    no_elections: "Мұнда әзірге дауыс беру жоқ.",
    decimal: ',',
    moment: |year, of_year, day, clock| format!("{year} жылғы {day} {}, {clock} UTC", month(MONTHS, of_year)),
    phase,
    next,
    labels: Labels {
        opens: "Дауыс беру басталады",
        closes: "Дауыс беру аяқталады",
        closed: "Дауыс беру аяқталды",
        fingerprint: "Осы дауыс берудің нөмірі",
        fingerprint_hint: "Оны хатыңыздағы нөмірмен салыстырыңыз.",
        eligible: "Дауыс беруге құқылы",
        voted: "Дауыс берді",
        turnout: "Қатысу",
        region: "Өңір",
        answer: "Жауап",
        votes: "Дауыс саны",
        share: "Қатысқандар арасындағы үлесі",
        rounded: "Үлестер қосындысы 100 % болатындай дөңгелектелген.",
        as_table: "Сандарды кесте түрінде сақтау (CSV)",
        total: "Ұпай",
        average: "Бір бюллетеньге орташа",
        region_votes: "Өңірлер дауысы",
        by_region: "Өңірлер бойынша",
        counted_together: "Бюллетені аз өңірлер бірге саналады.",
        whole_vote: "Бүкіл дауыс беру",
        not_opened: "ашылмаған: бюллетень тым аз",
        turnout_only: "Дауыс беру жүріп жатқанда тек қатысу белгілі. Аралық қорытындыны ешкім көре алмайды.",
        question: "Сұрақ",
        turnout_count: |voted, eligible| {
            format!("{} адамның ішінен {} адам дауыс берді", number(eligible), number(voted))
        },
    },
    links: Links {
        vote: "Дауыс беру",
        vote_hint: "Хатыңыздағы код керек.",
        practise: "Бюллетень және жаттығу",
        practise_hint: "Дауыс беру басталғанша байқап көруге болады. Ештеңе жіберілмейді.",
        check: "Дауысымды тексеру",
        check_hint: "Тізімдегі нөміріңіз бойынша, кез келген құрылғыдан.",
        count_again: "Осы браузерде қайта санау",
        count_again_hint: "Браузеріңіз бүкіл кітапты оқып, әр бюллетень мен қорытындыны өзі тексереді.",
    },
    decisions: Decisions {
        adopted: "Қабылданды",
        not_adopted: "Қабылданбады",
        not_valid: "Қабылданбады: дауыс беру өтпеді деп саналады",
        undecided: "Шешілмеді",
        why: "Ереженің талаптары",
        holds: "орындалды",
        fails: "орындалмады",
        open: "шешілмеді",
        no_data: "мұнда дерек жоқ",
        elected: "Сайланды",
        tied: |places| match places {
            1 => "Соңғы орынға дауыс тең".to_owned(),
            places => format!("Соңғы {places} орынға дауыс тең"),
        },
        tie: "Дауыс тең",
        rating: "Бұл рейтинг: жеңімпаз аталмайды",
        pairs: "Жолдағы нұсқа бағандағы нұсқадан жоғары тұрған бюллетеньдер саны",
        bold_wins: "Қалың қаріп: керісінше тұрғандардан көп.",
        by_schulze: "Шульце әдісі бойынша жеңілмеген",
        by_ranked_pairs: "Реттелген жұптар әдісі бойынша жеңілмеген",
        this_decides: "осы әдіс шешеді",
        skipped_by_order: |preferred, other| {
            format!(
                "Реттелген жұптар әдісінде «{preferred} → {other}» жұбы тек нұсқалардың реті бойынша ескерілмеді: оған тең жұптар бар."
            )
        },
        if_both: "Екі ұсыныс та қабылданса",
        not_needed: "Қажет болмады: екі ұсыныс бірдей қабылданған жоқ",
        in_force: "Күшіне енеді",
    },
    condition,
    entries: Entries {
        heading: "Ашық кітап",
        about: "Осы дауыс беруде болған нәрсенің бәрі мұнда ретімен жазылған. Ештеңені ешкімге білдірмей алып \
                тастауға немесе өзгертуге болмайды.",
        number: "№",
        what: "Мазмұны",
        newer: "Жаңарақ жазбалар",
        older: "Бұрынғы жазбалар",
        first: "Алғашқы жазбалар",
        none: "Мұнда ештеңе жоқ.",
        count: |count| format!("{} жазба", number(count)),
        from_zero: "Нөмірлер 0‑ден басталады.",
        manifest: "Манифест: сұрақ, ереже, қатысушылар мен мерзімдер, ұйымдастырушылар қол қойған",
        ceremony: |round, trustee| {
            format!("Кілттерді жасау, {}-қадам: {trustee}-сақтаушының хабары", round + 1)
        },
        roll_list: |registrar| format!("{}-тіркеушінің ашық кілттер тізімі", registrar + 1),
        decryptions: |trustee| format!("{trustee}-сақтаушы қосындылардың шифрын ашады"),
        part: |part, of| format!("{of} ({}-бөлік)", part + 1),
        attempt_ended: "Ұйымдастырушылар кілттерді жасау әрекетін тоқтатты",
        attempt_begins: "Ұйымдастырушылар кілттерді жасаудың жаңа әрекетін бастады",
        roll_commitment: |registrar| {
            format!("{}-тіркеуші өз тізімін өзгермейтін етіп белгіледі", registrar + 1)
        },
        roll_attempt_ended: "Ұйымдастырушылар тізім жасау әрекетін тоқтатты",
        roll_seal: |count| format!("Тізім мөрленді: {} сайлаушы", number(count)),
        open: "Ұйымдастырушылар дауыс беруді ашты",
        ballot: |roll, sequence, code| match sequence {
            1 => format!("Тізімдегі {roll}-нөмір бойынша бюллетень, бақылау коды {code}"),
            again => format!("Тізімдегі {roll}-нөмір бойынша бюллетень, {again}-дауыс, бақылау коды {code}"),
        },
        replacement: "Хат ауыстырылды",
        extension: |time| format!("Ұйымдастырушылар дауыс беруді ұзартты, жаңа аяқталу уақыты: {time}"),
        scheduled_close: |time| format!("Дауыс беру кесте бойынша аяқталды ({time})"),
        official_close: |time| format!("Ұйымдастырушылар дауыс беруді аяқтады ({time})"),
        cancel: "Ұйымдастырушылар дауыс беруді тоқтатып, күшін жойды",
        seal: "Ұйымдастырушылар саналатын бюллетеньдерді мөрледі",
        seal_confirmation: |trustee| format!("{trustee}-сақтаушы мөрді растады"),
        counted: "Қорытынды",
        certification: "Ұйымдастырушылар қорытындыны бекітті",
        successor: "Кілт оның орнын басатын кілтпен ауыстырылды",
        statement: "Ұйымдастырушылардың мәлімдемесі",
        reason: "Себебі",
        cancelled_by: "Күшін жойған ұйымдастырушылар",
        entry: "Ашық кітаптағы жазба",
    },
    observers: Observers {
        is_final: |by, named| {
            format!("Қорытынды түпкілікті: оны бақылаушылар растады ({named} ішінен {by}).")
        },
        result_soon: "Қорытынды ашық кітапта; бақылаушылар жақында растайды.",
        book: |by, named| format!("Бұл кітапты бақылаушылар растады ({named} ішінен {by})."),
        book_up_to: |entry, by, named| {
            format!(
                "Бақылаушылар ({named} ішінен {by}) кітапты мына жазбаға дейін растады: {}. Қалғанын жақында растайды.",
                number(entry)
            )
        },
        book_soon: "Бақылаушылар бұл кітапты жақында растайды.",
        closed_too_early: |by, named, time| {
            format!(
                "Тым ерте жабылды: бақылаушылар ({named} ішінен {by}) дауыс берудің кітапта тұрған жабылу уақытынан ({time}) \
                 бұрын жабылғанын көрді. Осы аралықта келгендердің дауысы қабылданбады."
            )
        },
    },
    verify: Verify {
        heading: "Өзіңіз тексеріңіз",
        about: "Өзіңіз құрастыра алатын бағдарламамен, кез келген компьютерде:",
        root: "Кітаптың түбірі",
        entries: "Жазбалар",
    },
    missing: Missing {
        not_found: "Мұндай бет мұнда жоқ",
        not_found_about: "Мекенжай толық болмауы мүмкін. Хатыңызды қайта қараңыз немесе дауыс берулер тізімінен бастаңыз.",
        no_scripts: "Бұл сервер бұл бетті көрсетпейді",
        no_scripts_about: "Ол браузерде жұмыс істейтін беттерсіз іске қосылған. Кітап пен қорытынды осында бар.",
        mirror: "Бұл — айна: мұнда дауыс қабылданбайды",
        mirror_about: "Мұнда кез келген адам тексере алатын ашық кітаптың көшірмесі сақталған. Дауыс беру үшін хатыңыздағы мекенжайды ашыңыз.",
        compared: "Түпнұсқамен салыстырылған уақыты:",
        failed: "Бетті қазір көрсету мүмкін емес",
        failed_about: "Сәл кейінірек қайталап көріңіз.",
    },
};

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded | Phase::Roll => {
            "Дайындалып жатыр"
        }
        Phase::RollSealed => "Дайын, әлі ашылған жоқ",
        Phase::Open => "Дауыс беру жүріп жатыр",
        Phase::Closed | Phase::Sealed | Phase::Confirmed => "Дауыс беру аяқталды, санау жүріп жатыр",
        Phase::Result => "Саналды",
        Phase::Certified => "Саналды және бекітілді",
        Phase::Cancelled => "Күші жойылды",
    }
}

const fn next(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded => {
            "Сақтаушылар кілттерді жасайды; содан кейін сайлаушылар тізімі жасалады."
        }
        Phase::Roll => "Тіркеушілер сайлаушылар тізімін жасайды.",
        Phase::RollSealed => "Ұйымдастырушылар дауыс беруді ашады.",
        Phase::Open => {
            "Дауыс беру аяқталу уақытына дейін жүреді. Содан кейін мөрленген дауыстар қосылады, бірнеше сақтаушы бірлесіп тек қосындыларды ашады."
        }
        Phase::Closed => "Ұйымдастырушылар саналатын бюллетеньдерді мөрлейді.",
        Phase::Sealed => "Сақтаушылар саналатынды растайды.",
        Phase::Confirmed => "Сақтаушылар қосындыларды ашады.",
        Phase::Result => "Ұйымдастырушылар қорытындыны бекітеді.",
        Phase::Certified => "Кез келген адам қайта санай алады.",
        Phase::Cancelled => "Қорытынды жоқ және болмайды.",
    }
}

fn condition(verdict: &ConditionVerdict) -> String {
    let (reached, base) = (reached(verdict), fraction(verdict.base));
    let (needed, strict) = match verdict.condition {
        Condition::Turnout { of_eligible, strict, .. } => (of_eligible, strict),
        Condition::Majority { fraction, strict, .. } | Condition::Regions { fraction, strict, .. } => {
            (fraction, strict)
        }
    };
    let needs = match (is_half(needed), strict) {
        (true, true) => "жартысынан көп болуы керек".to_owned(),
        (true, false) => "кемінде жартысы керек".to_owned(),
        (false, true) => format!("{} бөлігінен көп болуы керек", fraction(needed)),
        (false, false) => format!("кемінде {} бөлігі керек", fraction(needed)),
    };
    match verdict.condition {
        Condition::Turnout { no_data: true, .. } => format!("Бүкіл дауыс берудегі қатысу: {needs}"),
        Condition::Regions { no_data: true, .. } => format!("Қолдаған өңірлер: {needs}"),
        Condition::Turnout { .. } => format!("Қатысу: {base} құқылы азаматтың ішінен {reached}; {needs}"),
        Condition::Majority { of, .. } => {
            let of = match of {
                Base::Participants => "қатысушының ішінен",
                Base::Valid => "«иә» және «жоқ» дауысының ішінен",
                Base::Eligible => "құқылы азаматтың ішінен",
            };
            format!("«Иә»: {base} {of} {reached}; {needs}")
        }
        Condition::Regions { .. } => format!("Қолдаған өңірлер: {base} ішінен {reached}; {needs}"),
    }
}

fn reached(verdict: &ConditionVerdict) -> String {
    match (fraction(verdict.reached_if_no), fraction(verdict.reached_if_yes)) {
        (low, high) if low == high => low,
        (low, high) => format!("{low}–{high}"),
    }
}
