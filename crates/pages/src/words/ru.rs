//! Russian.

use plebiscite_election::manifest::document::{Base, Condition};
use plebiscite_election::record::Phase;
use plebiscite_election::rule::condition::ConditionVerdict;

use super::{Decisions, Entries, Labels, Links, Missing, Observers, Verify, Words};
use crate::figures::{fraction, is_half, month, number};

const MONTHS: [&str; 12] = [
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

pub const WORDS: Words = Words {
    own_name: "Русский",
    skip: "Перейти к содержанию",
    pages: "Страницы этого голосования",
    language: "Язык",
    start: "Главная",
    result: "Итог",
    book: "Открытая книга",
    trust_nobody: "Верить этой странице необязательно: каждый может пересчитать всю книгу сам.",
    test: "Это репетиция. Её итог никого ни к чему не обязывает.",
    elections: "Голосования на этом сервере",
    no_elections: "Здесь пока нет голосований.",
    decimal: ',',
    moment: |year, of_year, day, clock| format!("{day} {} {year} г., {clock} UTC", month(MONTHS, of_year)),
    phase,
    next,
    labels: Labels {
        opens: "Начало голосования",
        closes: "Конец голосования",
        closed: "Голосование закончилось",
        fingerprint: "Номер этого голосования",
        fingerprint_hint: "Сверьте его с номером в вашем письме.",
        eligible: "Имеют право голоса",
        voted: "Проголосовали",
        turnout: "Явка",
        region: "Регион",
        answer: "Ответ",
        votes: "Голоса",
        share: "Доля от принявших участие",
        rounded: "Доли округлены так, чтобы вместе составить 100 %.",
        as_table: "Сохранить числа таблицей (CSV)",
        total: "Баллы",
        average: "В среднем на бюллетень",
        region_votes: "Голоса регионов",
        by_region: "По регионам",
        counted_together: "Регионы, где бюллетеней мало, подсчитываются вместе.",
        whole_vote: "Всё голосование",
        not_opened: "не вскрыто: слишком мало бюллетеней",
        turnout_only: "Пока идёт голосование, известна только явка. Промежуточных итогов не видит никто.",
        question: "Вопрос",
        turnout_count: |voted, eligible| {
            let verb = if one(voted) { "Проголосовал" } else { "Проголосовали" };
            format!("{verb} {} из {}", number(voted), number(eligible))
        },
    },
    links: Links {
        vote: "Голосовать",
        vote_hint: "Нужен код из вашего письма.",
        practise: "Бюллетень и тренировка",
        practise_hint: "Можно попробовать до начала голосования. Ничего не отправляется.",
        check: "Проверить мой голос",
        check_hint: "По номеру в списке, с любого устройства.",
        count_again: "Пересчитать в этом браузере",
        count_again_hint: "Ваш браузер сам прочтёт всю книгу и проверит каждый бюллетень и итог.",
    },
    decisions: Decisions {
        adopted: "Принято",
        not_adopted: "Не принято",
        not_valid: "Не принято: голосование не состоялось",
        undecided: "Не решено",
        why: "Чего требует правило",
        holds: "выполнено",
        fails: "не выполнено",
        open: "не решено",
        no_data: "здесь нет данных",
        elected: "Избрано",
        tied: |places| match places {
            1 => "Поровну голосов за последнее место".to_owned(),
            places => format!("Поровну голосов за последние места ({places})"),
        },
        tie: "Ничья",
        rating: "Это рейтинг: победитель не определяется",
        pairs: "В скольких бюллетенях вариант строки стоит выше варианта столбца",
        bold_wins: "Жирным: больше, чем наоборот.",
        by_schulze: "Без поражений по методу Шульце",
        by_ranked_pairs: "Без поражений по методу ранжированных пар",
        this_decides: "решает этот метод",
        skipped_by_order: |preferred, other| {
            format!(
                "По методу ранжированных пар «{preferred} выше, чем {other}» не учтено лишь из-за порядка вариантов: есть столь же сильные пары."
            )
        },
        if_both: "Если приняты оба предложения",
        not_needed: "Не понадобилось: приняты не оба предложения",
        in_force: "Вступает в силу",
    },
    condition,
    entries: Entries {
        heading: "Открытая книга",
        about: "Здесь по порядку записано всё, что происходит в этом голосовании. Ничего нельзя убрать или изменить \
                незаметно: это увидит каждый.",
        number: "№",
        what: "Что записано",
        newer: "Более новые записи",
        older: "Более старые записи",
        first: "Первые записи",
        none: "Здесь ничего нет.",
        count: |count| format!("{} {}", number(count), plural(count, ["запись", "записи", "записей"])),
        from_zero: "Нумерация начинается с 0.",
        manifest: "Манифест: вопрос, правило, участники и сроки, за подписями организаторов",
        ceremony: |round, trustee| {
            format!("Создание ключей, шаг {}: сообщение хранителя {trustee}", round + 1)
        },
        roll_list: |registrar| {
            format!("Список открытых ключей избирателей от регистратора {}", registrar + 1)
        },
        decryptions: |trustee| format!("Хранитель {trustee} расшифровывает суммы"),
        part: |part, of| format!("{of} (часть {})", part + 1),
        attempt_ended: "Организаторы прекратили попытку создать ключи",
        attempt_begins: "Организаторы начали новую попытку создать ключи",
        roll_commitment: |registrar| format!("Регистратор {} зафиксировал свой список", registrar + 1),
        roll_attempt_ended: "Организаторы прекратили попытку составить список",
        roll_seal: |count| {
            let voters = plural(count, ["избиратель", "избирателя", "избирателей"]);
            format!("Список запечатан: {} {voters}", number(count))
        },
        open: "Организаторы открыли голосование",
        ballot: |roll, sequence, code| match sequence {
            1 => format!("Бюллетень по номеру {roll} в списке, контрольный код {code}"),
            again => format!("Бюллетень по номеру {roll} в списке, голос № {again}, контрольный код {code}"),
        },
        replacement: "Письмо заменено",
        extension: |time| format!("Организаторы продлили голосование до {time}"),
        scheduled_close: |time| format!("Голосование закончилось по расписанию ({time})"),
        official_close: |time| format!("Организаторы закончили голосование ({time})"),
        cancel: "Организаторы отменили голосование",
        seal: "Организаторы запечатали то, что подсчитывается",
        seal_confirmation: |trustee| format!("Хранитель {trustee} подтвердил печать"),
        counted: "Итог",
        certification: "Организаторы утвердили итог",
        successor: "Ключ заменён следующим",
        statement: "Заявление организаторов",
        reason: "Причина",
        cancelled_by: "Кто из организаторов отменил",
        entry: "Запись в открытой книге",
    },
    observers: Observers {
        is_final: |by, named| format!("Итог окончательный: его подтвердили наблюдатели ({by} из {named})."),
        result_soon: "Итог в открытой книге; наблюдатели скоро его подтвердят.",
        book: |by, named| format!("Эту книгу подтвердили наблюдатели ({by} из {named})."),
        book_up_to: |entry, by, named| {
            format!(
                "Наблюдатели ({by} из {named}) подтвердили книгу до записи № {}. Остальное они скоро подтвердят.",
                number(entry)
            )
        },
        book_soon: "Наблюдатели скоро подтвердят эту книгу.",
        closed_too_early: |by, named, time| {
            format!(
                "Закрыто слишком рано: наблюдатели ({by} из {named}) видели голосование закрытым до времени закрытия, которое \
                 стоит в книге ({time}). Голоса тех, кто пришёл в этот промежуток, не приняты."
            )
        },
    },
    verify: Verify {
        heading: "Проверьте сами",
        about: "Программой, которую можно собрать самому, на любом компьютере:",
        root: "Корень книги",
        entries: "Записи",
    },
    missing: Missing {
        not_found: "Такой страницы здесь нет",
        not_found_about: "Возможно, адрес обрезан. Посмотрите ещё раз в письмо или начните со списка голосований.",
        no_scripts: "Этот сервер не показывает эту страницу",
        no_scripts_about: "Он запущен без страниц, которые работают в браузере. Книга и итог здесь есть.",
        mirror: "Это зеркало: голоса здесь не принимаются",
        mirror_about: "Здесь хранится копия открытой книги, которую может проверить каждый. Чтобы проголосовать, откройте адрес из вашего письма.",
        compared: "Сверено с источником:",
        failed: "Сейчас страницу показать нельзя",
        failed_about: "Попробуйте, пожалуйста, ещё раз чуть позже.",
    },
};

/// Whether a number takes the form of one: 1, 21, 101, but not 11.
const fn one(count: u64) -> bool {
    count % 10 == 1 && count % 100 != 11
}

/// The form of a noun after a number: one, few, many.
const fn plural(count: u64, [singular, few, many]: [&'static str; 3]) -> &'static str {
    if one(count) {
        singular
    } else if matches!(count % 10, 2..=4) && !matches!(count % 100, 12..=14) {
        few
    } else {
        many
    }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded | Phase::Roll => "Готовится",
        Phase::RollSealed => "Подготовлено, ещё не открыто",
        Phase::Open => "Идёт голосование",
        Phase::Closed | Phase::Sealed | Phase::Confirmed => "Голосование закончилось, идёт подсчёт",
        Phase::Result => "Подсчитано",
        Phase::Certified => "Подсчитано и утверждено",
        Phase::Cancelled => "Отменено",
    }
}

const fn next(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded => {
            "Хранители создают ключи; затем составляется список избирателей."
        }
        Phase::Roll => "Регистраторы составляют список избирателей.",
        Phase::RollSealed => "Организаторы откроют голосование.",
        Phase::Open => {
            "Голосование идёт до времени окончания. Затем запечатанные голоса складываются, и несколько хранителей вместе вскрывают суммы и ничего больше."
        }
        Phase::Closed => "Организаторы запечатают то, что подсчитывается.",
        Phase::Sealed => "Хранители подтверждают то, что подсчитывается.",
        Phase::Confirmed => "Хранители вскрывают суммы.",
        Phase::Result => "Организаторы утвердят итог.",
        Phase::Certified => "Каждый может пересчитать сам.",
        Phase::Cancelled => "Итога нет и не будет.",
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
    let needs = if strict { "нужно больше" } else { "нужно не меньше" };
    let needed = if is_half(needed) { "половины".to_owned() } else { fraction(needed) };
    match verdict.condition {
        Condition::Turnout { no_data: true, .. } => format!("Явка всего голосования: {needs} {needed}"),
        Condition::Regions { no_data: true, .. } => format!("Регионы «за»: {needs} {needed}"),
        Condition::Turnout { .. } => {
            format!("Явка: {reached} из {base} имеющих право голоса; {needs} {needed}")
        }
        Condition::Majority { of, .. } => {
            let of = match of {
                Base::Participants => "принявших участие",
                Base::Valid => "голосов «за» и «против»",
                Base::Eligible => "имеющих право голоса",
            };
            format!("«За»: {reached} из {base} {of}; {needs} {needed}")
        }
        Condition::Regions { .. } => format!("Регионы «за»: {reached} из {base}; {needs} {needed}"),
    }
}

fn reached(verdict: &ConditionVerdict) -> String {
    match (fraction(verdict.reached_if_no), fraction(verdict.reached_if_yes)) {
        (low, high) if low == high => low,
        (low, high) => format!("от {low} до {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_numbers() {
        let of = |count| (WORDS.entries.count)(count);
        assert_eq!(of(1), "1 запись");
        assert_eq!(of(22), "22 записи");
        assert_eq!(of(11), "11 записей");
        assert_eq!(of(112), "112 записей");
        assert_eq!(of(101), "101 запись");
        assert_eq!((WORDS.labels.turnout_count)(21, 30), "Проголосовал 21 из 30");
    }
}
