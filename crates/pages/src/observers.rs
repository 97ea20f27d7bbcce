//! What the observers have confirmed: the manifest's witnesses, as far as the server that renders this shows it (§23.6).

use maud::{Markup, html};
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::policy::Cosigned;

use crate::View;
use crate::figures::time;
use crate::words::words_of;

/// The newest cosigned checkpoint, judged by the manifest's policy.
struct Observed {
    named: usize,
    confirmed_by: usize,
    /// Entries that the quorum has confirmed; none where it has not.
    size: Option<u64>,
}

/// None where the manifest names no observers: then nothing is said of any.
fn observed(view: &View<'_>) -> Option<Observed> {
    let named = view.record.manifest()?.witness_policy()?.witnesses.len();
    let confirmed = view.cosigned.and_then(|note| confirmed(view, note));
    let (size, confirmed_by) = confirmed.unzip();
    Some(Observed { named, confirmed_by: confirmed_by.unwrap_or(0), size })
}

/// Size of a checkpoint that the quorum has confirmed, and by how many it was. None for anything else.
fn confirmed(view: &View<'_>, note: &[u8]) -> Option<(u64, usize)> {
    let (size, cosigned) = cosignatures(view, note)?;
    cosigned.quorum.then_some((size, cosigned.times.iter().flatten().count()))
}

/// Size of a checkpoint of this log, and what its cosignatures come to. None for anything else.
fn cosignatures(view: &View<'_>, note: &[u8]) -> Option<(u64, Cosigned)> {
    let parsed = Note::parse(note).ok()?;
    let claimed = Checkpoint::parse(&parsed.text).ok()?;
    let origin = format!("plebiscite/v1/{}", view.record.election()?);
    let key = NoteKey::new(&origin, *view.record.board_key_at(claimed.size)?).ok()?;
    let signed = SignedCheckpoint::verify(note, &key).ok()?;
    let (published, root) = view.published;
    let (size, own) = (signed.checkpoint().size, hex::encode(signed.checkpoint().root.0));
    let of_this_log = size < published || (size == published && own == root);
    let cosigned = view.record.manifest()?.witness_policy()?.judge(&parsed).ok()?;
    of_this_log.then_some((size, cosigned))
}

/// That voting was closed too early, once more observers than may be faulty saw it closed before the time that its closing
/// names (§23.6). Nothing otherwise.
pub fn of_close(view: &View<'_>) -> Markup {
    let words = &words_of(view.language).observers;
    html! {
        @if let Some((by, named, closing)) = too_early(view) {
            p.notice { ((words.closed_too_early)(by, named, &time(view.language, closing))) }
        }
    }
}

/// How many of how many observers saw the close before the time that it names, and that time.
fn too_early(view: &View<'_>) -> Option<(usize, usize, u64)> {
    let manifest = view.record.manifest()?;
    let (close, (closing, _)) = view.record.close_index().zip(view.record.close_time())?;
    let notes = view.cosigned_close.into_iter().chain(view.cosigned);
    let after = notes.filter_map(|note| cosignatures(view, note)).filter(|(size, _)| *size > close);
    let after: Vec<Cosigned> = after.map(|(_, cosigned)| cosigned).collect();
    let saw = |observer: &usize| {
        let times = after.iter().filter_map(|cosigned| cosigned.times.get(*observer).copied().flatten());
        times.min().is_some_and(|time| time < closing)
    };
    let named = manifest.witnesses().len();
    let by = (0..named).filter(saw).count();
    (by > manifest.faulty_witnesses()).then_some((by, named, closing))
}

/// Whether the result is final.
pub fn of_result(view: &View<'_>, result: u64) -> Markup {
    let words = &words_of(view.language).observers;
    html! {
        @if let Some(Observed { named, confirmed_by, size }) = observed(view) {
            @match size.filter(|size| *size > result) {
                Some(_) => p.observers.confirmed { ((words.is_final)(confirmed_by, named)) },
                None => p.observers { (words.result_soon) },
            }
        }
    }
}

/// How far the book is confirmed.
pub fn of_book(view: &View<'_>) -> Markup {
    let words = &words_of(view.language).observers;
    let (published, _) = view.published;
    html! {
        @if let Some(Observed { named, confirmed_by, size }) = observed(view) {
            @match size {
                Some(size) if size == published => p.observers.confirmed { ((words.book)(confirmed_by, named)) },
                Some(size) => p.observers { ((words.book_up_to)(size.saturating_sub(1), confirmed_by, named)) },
                None => p.observers { (words.book_soon) },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_board::cosignature::cosign;
    use plebiscite_board::merkle::Roots;
    use plebiscite_election::contest::Choice;
    use plebiscite_support::{Election, Shape, key_of};

    use super::*;
    use crate::{Language, Shown, board, result};

    fn finished(witnesses: (u16, u16, u16)) -> Election {
        let mut election = Election::opened(Shape { witnesses, ..Shape::default() });
        for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1)] {
            election.cast(voter, &[Choice::Option(option)]);
        }
        election.finish();
        election
    }

    fn cosigned(election: &Election, size: u64, by: &[usize]) -> Vec<u8> {
        let by: Vec<(usize, u64)> = by.iter().map(|observer| (*observer, 2_000_000_000)).collect();
        cosigned_at(election, size, &by)
    }

    fn cosigned_at(election: &Election, size: u64, by: &[(usize, u64)]) -> Vec<u8> {
        let origin = format!("plebiscite/v1/{}", election.id());
        let root = election.tree.root_at(size).unwrap();
        let signed = Checkpoint { origin, size, root }.sign(&election.board).unwrap();
        let text = Note::parse(signed.note()).unwrap().text;
        let line = |(number, time): &(usize, u64)| {
            cosign(&text, &format!("witness{}", number + 1), *time, &key_of("witness", *number)).unwrap()
        };
        [signed.note().to_vec(), by.iter().map(line).collect::<String>().into_bytes()].concat()
    }

    /// The result page and the board page, in a language.
    fn pages(election: &Election, cosigned: Option<&[u8]>, language: Language) -> [String; 2] {
        pages_with(election, cosigned, None, language)
    }

    fn pages_with(
        election: &Election,
        cosigned: Option<&[u8]>,
        cosigned_close: Option<&[u8]>,
        language: Language,
    ) -> [String; 2] {
        let size = election.tree.size();
        let root = hex::encode(election.tree.root_at(size).unwrap().0);
        let record = &election.record;
        let published = (size, root.as_str());
        let (base, scripts, mirror) = ("/e/0/", true, None);
        let view = View { record, language, base, scripts, mirror, published, cosigned, cosigned_close };
        [result(&view), board(&view, &Shown::default())]
    }

    #[test]
    fn a_result_is_called_final_once_the_quorum_has_confirmed_a_book_that_holds_it() {
        let election = finished((4, 3, 1));
        let (all, result) = (election.tree.size(), election.record.result().unwrap().index);
        let said = |note: Option<Vec<u8>>| pages(&election, note.as_deref(), Language::English);
        let [page, book] = said(Some(cosigned(&election, all, &[0, 1, 3])));
        assert!(page.contains("Final: confirmed by 3 of 4 observers."), "{page}");
        assert!(book.contains("This book is confirmed by 3 of 4 observers."), "{book}");
        let [page, book] = said(Some(cosigned(&election, result, &[0, 1, 3])));
        assert!(page.contains("observers confirm soon") && !page.contains("Final"), "{page}");
        let up_to = format!("confirmed up to entry {} by 3 of 4 observers", result - 1);
        assert!(book.contains(&up_to), "{book}");
        // No quorum, nothing yet, a false line: observers confirm soon.
        let mut forged = cosigned(&election, all, &[0, 1, 3]);
        let place = forged.len() - 20;
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        for note in [Some(cosigned(&election, all, &[0, 1])), None, Some(forged), Some(b"noise".to_vec())] {
            let [page, book] = said(note);
            assert!(page.contains("observers confirm soon") && !page.contains("Final"), "{page}");
            assert!(book.contains("Observers confirm this book soon."), "{book}");
        }
        let note = cosigned(&election, all, &[0, 1, 3]);
        assert!(pages(&election, Some(&note), Language::Russian)[0].contains("Итог окончательный"));
        assert!(pages(&election, Some(&note), Language::Kazakh)[0].contains("Қорытынды түпкілікті"));
    }

    #[test]
    fn a_close_that_more_observers_than_may_be_faulty_saw_before_its_time_is_said_to_be_too_early() {
        for election in [finished((4, 3, 1)), closed((4, 3, 1))] {
            let (close, (closing, _)) =
                (election.record.close_index().unwrap(), election.record.close_time().unwrap());
            let said = |by: &[(usize, u64)], language| {
                let note = cosigned_at(&election, close + 1, by);
                pages_with(&election, None, Some(&note), language)[0].clone()
            };
            let early = [(0, closing - 3_600), (2, closing - 1)];
            let words = [
                (Language::English, "Closed too early: 2 of 4 observers"),
                (Language::Russian, "Закрыто слишком рано: наблюдатели (2 из 4)"),
                (Language::Kazakh, "Тым ерте жабылды: бақылаушылар (4 ішінен 2)"),
            ];
            for (language, words) in words {
                assert!(said(&early, language).contains(words), "{}", said(&early, language));
                // The twin: closed in time. One observer alone may be faulty, and seen twice is still one.
                for in_time in [vec![(0, closing), (2, closing + 5)], vec![early[0], (1, closing)], vec![]] {
                    assert!(
                        !said(&in_time, language).contains("class=\"notice\""),
                        "{}",
                        said(&in_time, language)
                    );
                }
            }
            // One observer's word in each of two checkpoints is two observers'.
            let [one, other] = early.map(|line| cosigned_at(&election, close + 1, &[line]));
            let page = |one: &[u8], other: &[u8]| {
                pages_with(&election, Some(one), Some(other), Language::English)[0].clone()
            };
            assert!(page(&one, &other).contains("Closed too early"));
            assert!(!page(&one, &one).contains("Closed too early"));
            // Seen before the close, a log says nothing of it.
            let before = cosigned_at(&election, close, &early);
            assert!(!page(&before, &before).contains("Closed too early"));
        }
    }

    fn closed(witnesses: (u16, u16, u16)) -> Election {
        let mut election = Election::opened(Shape { witnesses, ..Shape::default() });
        election.cast(0, &[Choice::Option(0)]);
        election.close();
        election
    }

    #[test]
    fn nothing_is_said_of_observers_where_the_manifest_names_none() {
        let election = finished((0, 0, 0));
        let note = cosigned(&election, election.tree.size(), &[0, 1, 2]);
        for page in pages(&election, Some(&note), Language::English) {
            assert!(!page.to_lowercase().contains("observer"), "{page}");
        }
    }
}
