//! The words of the protocol of a result, in the languages of this program.

use plebiscite_pages::Language;

/// Every word and sentence of the protocol in one language.
pub struct Words {
    pub title: &'static str,
    pub test: &'static str,
    pub not_certified: &'static str,
    pub election: &'static str,
    pub fingerprint: &'static str,
    pub root: &'static str,
    pub entries: &'static str,
    pub eligible: &'static str,
    pub took_part: &'static str,
    pub no_result: &'static str,
    pub opens: &'static str,
    pub closed: &'static str,
    pub early: &'static str,
    pub not_final: &'static str,
    pub witnesses: &'static str,
    pub no_witnesses: &'static str,
    pub is_final: fn(usize, usize) -> String,
    pub awaited: fn(usize, usize) -> String,
    pub cosigned: fn(&str) -> String,
    pub not_cosigned: &'static str,
    pub decision: &'static str,
    pub adopted: &'static str,
    pub not_adopted: &'static str,
    pub not_valid: &'static str,
    pub undecided: &'static str,
    pub elected: &'static str,
    pub nobody: &'static str,
    pub tie: &'static str,
    pub in_force: &'static str,
    pub not_needed: &'static str,
    pub conditions: &'static str,
    pub holds: &'static str,
    pub fails: &'static str,
    pub open: &'static str,
    pub no_data: &'static str,
    pub answer: &'static str,
    pub number: &'static str,
    pub region: &'static str,
    pub by_region: &'static str,
    pub not_opened: &'static str,
    pub signatures: &'static str,
    pub certified_by: &'static str,
    pub verify: &'static str,
    pub how: &'static str,
    pub page: fn(usize, usize) -> String,
}

/// The words of a language.
pub const fn words(language: Language) -> &'static Words {
    match language {
        Language::Kazakh => &KAZAKH,
        Language::Russian => &RUSSIAN,
        Language::English => &ENGLISH,
    }
}

const ENGLISH: Words = Words {
    title: "Protocol of the result",
    test: "TEST. This is a rehearsal: its result binds no one.",
    not_certified: "The officials have not certified this result yet.",
    election: "Election",
    fingerprint: "Fingerprint",
    root: "Root of the log",
    entries: "Entries of the log",
    eligible: "Eligible",
    took_part: "Took part",
    no_result: "Ballots without a result",
    opens: "Opening time",
    closed: "Closing time",
    early: "closed before the scheduled time",
    not_final: "NOT FINAL. The quorum of witnesses has not cosigned a log that holds this result yet. Make these documents again once it has.",
    witnesses: "Witnesses",
    no_witnesses: "This election names no witnesses: that everybody was shown the same log rests on its operator alone.",
    is_final: |quorum, named| {
        format!(
            "{quorum} of {named} witnesses have to cosign. They have cosigned a log that holds this result, so it is final:"
        )
    },
    awaited: |quorum, named| {
        format!(
            "{quorum} of {named} witnesses have to cosign a log that holds this result. They have not yet:"
        )
    },
    cosigned: |time| format!("cosigned on {time}"),
    not_cosigned: "has not cosigned a log with this result",
    decision: "Decision",
    adopted: "Adopted",
    not_adopted: "Not adopted",
    not_valid: "Not adopted: the vote is not valid",
    undecided: "Undecided",
    elected: "Elected",
    nobody: "a rating, which elects nobody",
    tie: "Tie, not broken",
    in_force: "Enters into force",
    not_needed: "Not needed: not both are adopted",
    conditions: "Conditions of the rule",
    holds: "holds",
    fails: "fails",
    open: "undecided",
    no_data: "no data here",
    answer: "Answer",
    number: "Number",
    region: "Region",
    by_region: "Results by region",
    not_opened: "not opened: too few ballots",
    signatures: "Signatures",
    certified_by: "Certified on the record by these officials, whose signatures everyone can check:",
    verify: "How to check this",
    how: "Nobody needs to believe this paper. The file record.plebiscite beside it holds the whole record. This command counts everything again from public bytes; compare the root above with what it prints:",
    page: |page, all| format!("Page {page} of {all}"),
};

const RUSSIAN: Words = Words {
    title: "Протокол об итогах голосования",
    test: "ПРОБА. Это репетиция: её итог ни к чему не обязывает.",
    not_certified: "Организаторы ещё не утвердили этот итог.",
    election: "Голосование",
    fingerprint: "Отпечаток",
    root: "Корень книги",
    entries: "Записей в книге",
    eligible: "Имеют право голоса",
    took_part: "Приняли участие",
    no_result: "Бюллетеней без результата",
    opens: "Начало голосования",
    closed: "Конец голосования",
    early: "закончено раньше назначенного времени",
    not_final: "НЕ ОКОНЧАТЕЛЬНО. Нужное число наблюдателей ещё не подписало книгу с этим итогом. Когда подпишет, сделайте эти документы заново.",
    witnesses: "Наблюдатели",
    no_witnesses: "У этого голосования нет наблюдателей: то, что всем показали одну и ту же книгу, зависит только от её оператора.",
    is_final: |quorum, named| {
        format!(
            "Подписать должны наблюдатели: {quorum} из {named}. Они подписали книгу с этим итогом, и он окончательный:"
        )
    },
    awaited: |quorum, named| {
        format!(
            "Книгу с этим итогом должны подписать наблюдатели: {quorum} из {named}. Этого ещё не произошло:"
        )
    },
    cosigned: |time| format!("подпись: {time}"),
    not_cosigned: "книгу с этим итогом не подписал",
    decision: "Решение",
    adopted: "Принято",
    not_adopted: "Не принято",
    not_valid: "Не принято: голосование не состоялось",
    undecided: "Не решено",
    elected: "Избрано",
    nobody: "рейтинг: победитель не определяется",
    tie: "Ничья, не разрешается",
    in_force: "Вступает в силу",
    not_needed: "Не понадобилось: приняты не оба предложения",
    conditions: "Чего требует правило",
    holds: "выполнено",
    fails: "не выполнено",
    open: "не решено",
    no_data: "здесь нет данных",
    answer: "Ответ",
    number: "Число",
    region: "Регион",
    by_region: "Итоги по регионам",
    not_opened: "не раскрыто: слишком мало бюллетеней",
    signatures: "Подписи",
    certified_by: "Итог утвердили в книге эти организаторы; их подписи может проверить каждый:",
    verify: "Как это проверить",
    how: "Верить этой бумаге необязательно. Файл record.plebiscite рядом с ней содержит всю книгу. Эта команда пересчитывает всё заново из открытых данных; сравните корень выше с тем, который она напечатает:",
    page: |page, all| format!("Страница {page} из {all}"),
};

const KAZAKH: Words = Words {
    title: "Дауыс беру қорытындысының хаттамасы",
    test: "СЫНАҚ. Бұл — дайындық: оның қорытындысы ешкімді міндеттемейді.",
    not_certified: "Ұйымдастырушылар бұл қорытындыны әлі бекіткен жоқ.",
    election: "Дауыс беру",
    fingerprint: "Таңбасы",
    root: "Кітаптың түбірі",
    entries: "Кітаптағы жазбалар",
    eligible: "Дауыс беруге құқылы",
    took_part: "Қатысты",
    no_result: "Нәтижесі ашылмаған бюллетеньдер",
    opens: "Дауыс берудің басталуы",
    closed: "Дауыс беру аяқталды",
    early: "белгіленген уақыттан бұрын аяқталды",
    not_final: "ТҮПКІЛІКТІ ЕМЕС. Бақылаушылардың қажетті саны осы қорытынды бар кітапқа әлі қол қойған жоқ. Қол қойғаннан кейін бұл құжаттарды қайта жасаңыз.",
    witnesses: "Бақылаушылар",
    no_witnesses: "Бұл дауыс беруде бақылаушылар жоқ: бәріне бір кітап көрсетілгені тек оны жүргізушіге байланысты.",
    is_final: |quorum, named| {
        format!(
            "Бақылаушылар ({named} ішінен {quorum}) қол қоюы керек. Олар осы қорытынды бар кітапқа қол қойды, сондықтан ол түпкілікті:"
        )
    },
    awaited: |quorum, named| {
        format!(
            "Осы қорытынды бар кітапқа бақылаушылар ({named} ішінен {quorum}) қол қоюы керек. Әлі қол қойылған жоқ:"
        )
    },
    cosigned: |time| format!("қол қойылды: {time}"),
    not_cosigned: "осы қорытынды бар кітапқа қол қойған жоқ",
    decision: "Шешім",
    adopted: "Қабылданды",
    not_adopted: "Қабылданбады",
    not_valid: "Қабылданбады: дауыс беру өтпеді деп саналады",
    undecided: "Шешілмеді",
    elected: "Сайланды",
    nobody: "рейтинг: жеңімпаз аталмайды",
    tie: "Тең, шешілмейді",
    in_force: "Күшіне енеді",
    not_needed: "Қажет болмады: екі ұсыныс бірдей қабылданған жоқ",
    conditions: "Ереженің талаптары",
    holds: "орындалды",
    fails: "орындалмады",
    open: "шешілмеді",
    no_data: "мұнда дерек жоқ",
    answer: "Жауап",
    number: "Саны",
    region: "Өңір",
    by_region: "Өңірлер бойынша қорытынды",
    not_opened: "ашылмаған: бюллетень тым аз",
    signatures: "Қолдар",
    certified_by: "Қорытындыны кітапта мына ұйымдастырушылар бекітті; олардың қолын кез келген адам тексере алады:",
    verify: "Мұны қалай тексеруге болады",
    how: "Бұл қағазға сенудің қажеті жоқ. Қасындағы record.plebiscite файлында бүкіл кітап бар. Мына команда бәрін ашық деректерден қайта санайды; жоғарыдағы түбірді ол басып шығаратынмен салыстырыңыз:",
    page: |page, all| format!("{all} беттің {page}-беті"),
};
