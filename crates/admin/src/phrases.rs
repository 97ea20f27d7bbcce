//! Words that a draft begins with, in the languages of the pages: labels, and sentences that voters are owed.

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Both answers.
    Both,
    /// Neither answer.
    Neither,
    /// A blank ballot.
    Blank,
    /// The one region of a vote without regions.
    AllVoters,
    /// Results of small groups are opened.
    SmallNumbers,
    /// A small poll is opened as one cell.
    SmallPoll,
    /// Any one trustee can block the result.
    TrusteeBlocks,
    /// A minority of the trustees can read single ballots.
    MinorityReads,
    /// The one registrar could vote for people who abstain.
    RegistrarVotes,
}

/// A phrase in a language, where this program has words in it.
#[must_use]
pub fn phrase(language: &str, phrase: Phrase) -> Option<&'static str> {
    let [en, ru, kk] = all(phrase);
    match language.split('-').next() {
        Some("en") => Some(en),
        Some("ru") => Some(ru),
        Some("kk") => Some(kk),
        _ => None,
    }
}

const fn all(phrase: Phrase) -> [&'static str; 3] {
    match phrase {
        Phrase::Yes => ["Yes", "Да", "Иә"],
        Phrase::No => ["No", "Нет", "Жоқ"],
        Phrase::Both => ["Both", "Оба ответа", "Екеуі де"],
        Phrase::Neither => ["Neither", "Ни один ответ", "Ешқайсысы"],
        Phrase::Blank => ["Blank", "Пустой бюллетень", "Бос бюллетень"],
        Phrase::AllVoters => ["All voters", "Все избиратели", "Барлық сайлаушы"],
        Phrase::SmallNumbers => [
            "Results of groups of fewer than ten people may be shown; where all of a group vote alike, everyone sees how.",
            "Могут быть показаны итоги групп менее чем из десяти человек; если вся группа проголосует одинаково, это увидят все.",
            "Он адамнан аз топтардың қорытындысы көрсетілуі мүмкін; бүкіл топ бірдей дауыс берсе, оны бәрі көреді.",
        ],
        Phrase::SmallPoll => [
            "If few people vote, all votes are shown together; where all agree, everyone sees how each voted.",
            "Если проголосуют немногие, все голоса будут показаны вместе; если все голоса одинаковы, каждый голос виден всем.",
            "Дауыс бергендер аз болса, барлық дауыс бірге көрсетіледі; бәрі бірдей болса, әр дауыс бәріне көрінеді.",
        ],
        Phrase::TrusteeBlocks => [
            "Any one trustee can block the result.",
            "Любой хранитель может один не допустить подсчёта итога.",
            "Кез келген сақтаушы қорытындының шығуына жалғыз өзі кедергі бола алады.",
        ],
        Phrase::MinorityReads => [
            "A minority of the trustees can read single votes.",
            "Меньшинство хранителей может прочитать отдельные голоса.",
            "Сақтаушылардың аз бөлігі жеке дауыстарды оқи алады.",
        ],
        Phrase::RegistrarVotes => [
            "The one registrar could vote for people who do not take part.",
            "Единственный регистратор мог бы проголосовать за тех, кто не участвует.",
            "Жалғыз тіркеуші қатыспағандар үшін дауыс бере алар еді.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_said_in_three_languages_and_in_no_other() {
        for of in [Phrase::Yes, Phrase::Blank, Phrase::TrusteeBlocks] {
            let said = ["en", "ru-KZ", "kk-Cyrl"].map(|language| phrase(language, of).unwrap());
            assert!(said[0] != said[1] && said[1] != said[2] && said[0] != said[2]);
            assert_eq!(phrase("de", of), None);
        }
    }
}
