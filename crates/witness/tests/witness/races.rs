//! Many at once, and kills between: what was cosigned never contradicts itself.

use std::collections::BTreeMap;

use super::*;

/// A head that was cosigned: which branch of the log, at what time.
type Cosigned = Mutex<BTreeMap<u64, (u8, u64)>>;

/// Sends heads of one branch, each one entry longer, until one is not cosigned.
fn push(serving: &Serving, own: &WitnessKey, from: u64, salt: u8, cosigned: &Cosigned) {
    for size in from + 1..from + 40 {
        let sent = request(&tree(size as u32, salt), size - 1, 1);
        let Some((status, _, line)) = serving.send(&sent.encode()) else { return };
        if status != 200 {
            assert!(matches!(status, 409 | 422), "{status}");
            return;
        }
        let time = time_in(own, &sent, &line).unwrap();
        let before = cosigned.lock().unwrap().insert(size, (salt, time));
        assert!(before.is_none_or(|(other, _)| other == salt), "two heads of size {size}");
    }
}

#[test]
fn kills_between_two_racing_branches_never_leave_two_cosigned() {
    // Below six entries the branches are one log.
    for round in 0..12u64 {
        let (folder, own) = made();
        let serving = Serving::start(folder.path());
        assert_eq!(serving.add(&request(&tree(5, 0), 0, 1)).0, 200);
        let cosigned = Cosigned::default();
        let race = |serving: &Serving, from: u64, pause: Option<Duration>| {
            std::thread::scope(|scope| {
                for salt in [1, 2] {
                    let (own, cosigned) = (&own, &cosigned);
                    scope.spawn(move || push(serving, own, from, salt, cosigned));
                }
                if let Some(pause) = pause {
                    std::thread::sleep(pause);
                    serving.kill();
                }
            });
        };
        race(&serving, 5, Some(Duration::from_millis(round * 4)));
        let answered = cosigned.lock().unwrap().keys().last().copied().unwrap_or(5);
        let serving = Serving::start(folder.path());
        let told = serving.size();
        // What was answered is in force; of what was not answered, one request at most may be.
        assert!((answered..=answered + 1).contains(&told), "round {round}: {told} after {answered}");
        race(&serving, told, None);
        let cosigned = cosigned.into_inner().unwrap();
        assert!(!cosigned.is_empty());
        let salts: Vec<u8> = cosigned.values().map(|(salt, _)| *salt).collect();
        assert!(salts.windows(2).all(|pair| pair[0] == pair[1]), "round {round}: {salts:?}");
        let times: Vec<u64> = cosigned.values().map(|(_, time)| *time).collect();
        assert!(times.is_sorted(), "round {round}: {times:?}");
    }
}

#[test]
fn of_two_requests_from_one_size_one_is_taken_and_the_size_never_falls() {
    let (folder, _) = made();
    let serving = Serving::start(folder.path());
    let mut size = 0u64;
    for _ in 0..25 {
        let sent = [1, 2].map(|more| request(&tree((size + more) as u32, 0), size, 1).encode());
        let answers = std::thread::scope(|scope| {
            let serving = &serving;
            let sending: Vec<_> =
                sent.iter().map(|body| scope.spawn(move || serving.send(body).unwrap())).collect();
            sending.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        let taken: Vec<u64> = (1..).zip(&answers).filter(|(_, one)| one.0 == 200).map(|(n, _)| n).collect();
        assert_eq!(taken.len(), 1, "{answers:?}");
        size += taken[0];
        let (_, kind, body) = answers.iter().find(|one| one.0 == 409).unwrap();
        assert_eq!((kind.as_str(), body.as_slice()), ("text/x.tlog.size", format!("{size}\n").as_bytes()));
        assert_eq!(serving.size(), size);
    }
}

#[test]
fn what_was_answered_outlives_kills_while_requests_are_under_way() {
    let (folder, own) = made();
    let (mut size, cosigned) = (0, Cosigned::default());
    for round in 0..10u64 {
        let serving = Serving::start(folder.path());
        let told = serving.size();
        assert!(told >= size, "{told} after {size}");
        std::thread::scope(|scope| {
            let (serving, own, cosigned) = (&serving, &own, &cosigned);
            scope.spawn(move || push(serving, own, told, 0, cosigned));
            std::thread::sleep(Duration::from_millis(20 + round * 7));
            serving.kill();
        });
        size = cosigned.lock().unwrap().keys().last().copied().unwrap_or(told);
    }
    let cosigned = cosigned.into_inner().unwrap();
    assert!(cosigned.len() > 5, "{cosigned:?}");
    let json = String::from_utf8(program(folder.path(), &["logs", "--json"]).stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json[0]["size"].as_u64().unwrap() >= size);
}
