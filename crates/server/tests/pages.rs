//! The pages over real HTTP: numbers, words, languages, headers, files, and what must not be in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use common::{Answer, Server, config, data_folder};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::Cancel;
use plebiscite_election::manifest::document::RankedMethod;
use plebiscite_server::config::Config;
use plebiscite_support::questions::{Of, approval, borda, condorcet, counter_proposal, quadratic, score};
use plebiscite_support::{Election, Shape};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app";

/// A page that is one of ours: guarded, and with nothing of another host in it.
fn page(site: &Server, path: &str) -> String {
    let page = site.get(path);
    assert_eq!(page.status, 200, "{path}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    guarded(&page);
    let text = text(&page);
    // The one script is our own file; without it the times are in UTC.
    let own = "<script type=\"module\" src=\"/assets/parts/times.js\"></script>";
    assert_eq!(text.matches(own).count(), 1, "{path}");
    let text = text.replace(own, "");
    for foreign in ["http:", "https:", "src=\"//", "href=\"//", "<script", "style=\"", "<style", " onclick"] {
        assert!(!text.contains(foreign), "{path} has {foreign}");
    }
    text
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// Everything of an election from one entry to another, each by the way that it comes.
fn hold(server: &Server, election: &Election, entries: std::ops::Range<usize>) -> String {
    let first_ballot = election.entries.iter().position(|entry| entry[0] == 0x31).unwrap_or(entries.end);
    let (prefix, from) = if entries.start == 0 {
        let mut begun = Election::of_manifest(election.shape.clone(), election.manifest.clone());
        begun.entries = election.entries[..first_ballot].to_vec();
        (server.hold(&begun), first_ballot)
    } else {
        (election.id().to_string()[..16].to_owned(), entries.start)
    };
    for entry in &election.entries[from..entries.end] {
        if entry[0] == 0x31 {
            assert_eq!(server.cast(&prefix, entry).status, 200);
        } else {
            server.enter(&prefix, std::slice::from_ref(entry));
        }
    }
    prefix
}

fn guarded(page: &Answer) {
    assert_eq!(page.header("content-security-policy"), POLICY);
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
}

fn voted(choices: &[(u32, u16)]) -> Election {
    let mut election = Election::opened(Shape::default());
    for (voter, option) in choices {
        election.cast(*voter, &[Choice::Option(*option)]);
    }
    election
}

#[test]
fn a_vote_shows_turnout_while_it_is_open_and_then_its_verdict_and_numbers_in_three_languages() {
    let data = data_folder();
    let site = Server::start(data.path());
    let mut election = voted(&[(0, 0), (1, 1), (2, 0), (5, 0), (6, 0), (7, 1), (2, 1), (2, 0)]);
    let open = election.entries.len();
    let prefix = hold(&site, &election, 0..open);
    let running = page(&site, &format!("/e/{prefix}/result?lang=en"));
    assert!(running.contains("Voting is open") && running.contains("6 of 9 have voted"), "{running}");
    assert!(running.contains("Nobody can see partial results"));
    assert_eq!(site.get(&format!("/e/{prefix}/counts.csv")).status, 404, "counts while voting");
    assert!(
        !running.contains("class=\"decision") && !running.contains("class=\"counts\""),
        "a tally while voting"
    );
    election.finish();
    hold(&site, &election, open..election.entries.len());
    let done = page(&site, &format!("/e/{prefix}/result?lang=en"));
    assert!(done.contains("<p class=\"decision adopted\">Adopted</p>"), "{done}");
    for number in [
        "<td class=\"number\">4</td><td class=\"number\">66.67 %</td>",
        "<td class=\"number\">2</td><td class=\"number\">33.33 %</td>",
        "<td class=\"number\">0</td><td class=\"number\">0.00 %</td>",
    ] {
        assert!(done.contains(number), "{number}: {done}");
    }
    assert!(done.contains("add up to 100 %") && done.contains("half is needed"), "{done}");
    assert!(done.contains(&format!("href=\"/e/{prefix}/counts.csv\"")), "{done}");
    let table = site.get(&format!("/e/{prefix}/counts.csv"));
    assert_eq!((table.status, table.header("content-type")), (200, "text/csv; charset=utf-8".to_owned()));
    guarded(&table);
    let table = text(&table);
    assert!(table.starts_with("contest,kind,region,answer,count,heads,eligible\n"), "{table}");
    assert!(table.contains(",yes_no,,yes,4,6,9\n") && table.contains(",yes_no,,(blank),0,6,9\n"), "{table}");
    // Without the browser's pages there is no link to them.
    assert!(!done.contains("/audit"));
    for (code, decision) in [("kk", "Қабылданды"), ("ru", "Принято")] {
        let text = page(&site, &format!("/e/{prefix}/result?lang={code}"));
        assert!(text.contains(decision) && text.contains(&format!("<html lang=\"{code}\">")), "{text}");
    }
    let accepted = site.get_with(&format!("/e/{prefix}/result"), &[("accept-language", "de, kk;q=0.5")]);
    assert!(text(&accepted).contains("<html lang=\"kk\">"));
    assert!(accepted.header("vary").contains("accept-language"));
    let book = page(&site, &format!("/e/{prefix}/board?lang=en"));
    assert!(book.contains("Officials certified the result"), "{book}");
    assert!(book.contains(&format!("--election {}", election.id())));
    assert!(book.contains("entries. They are numbered from 0."), "{book}");
    let ballots = page(&site, &format!("/e/{prefix}/board?lang=en&from={}", open - 1));
    assert!(ballots.contains("Ballot under roll number 2, vote no. 3, control code "), "{ballots}");
    assert!(page(&site, "/?lang=ru").contains("Подсчитано и утверждено"));
    assert_eq!(site.get(&format!("/e/{prefix}")).header("location"), format!("/e/{prefix}/"));
    site.stop();
}

#[test]
fn a_cancelled_vote_says_why_by_whom_and_where_that_stands_and_another_says_nothing_of_it() {
    let data = data_folder();
    let site = Server::start(data.path());
    let mut election = voted(&[(0, 0)]);
    let open = election.entries.len();
    let prefix = hold(&site, &election, 0..open);
    for path in ["", "result"] {
        assert!(!page(&site, &format!("/e/{prefix}/{path}?lang=en")).contains("Cancelled by"));
    }
    let act = election.act(Cancel { reason: "the <letters> were wrong".to_owned() });
    // The first two of three sign: by their names in the manifest.
    let signers = &election.record.manifest().unwrap().document().officials.keys[..2];
    let signers: Vec<String> = signers.iter().map(|member| member.name.clone()).collect();
    election.append(&act).unwrap();
    hold(&site, &election, open..election.entries.len());
    for path in ["", "result"] {
        let text = page(&site, &format!("/e/{prefix}/{path}?lang=en"));
        assert!(text.contains("the &lt;letters&gt; were wrong"), "{text}");
        assert!(
            text.contains(&format!("<dt>Cancelled by the officials</dt><dd>{}</dd>", signers.join(", "))),
            "{text}"
        );
        assert!(text.contains(&format!("board?lang=en&amp;from={open}#entry-{open}")), "{text}");
    }
    for (code, label) in [("kk", "Күшін жойған ұйымдастырушылар"), ("ru", "Кто из организаторов отменил")]
    {
        assert!(page(&site, &format!("/e/{prefix}/?lang={code}")).contains(label));
    }
    site.stop();
}

#[test]
fn a_vote_that_fails_a_condition_is_not_adopted_and_says_which() {
    let data = data_folder();
    let site = Server::start(data.path());
    let mut election = voted(&[(0, 1), (1, 1), (2, 0), (5, 1), (6, 1), (7, 1)]);
    election.finish();
    let prefix = hold(&site, &election, 0..election.entries.len());
    let done = page(&site, &format!("/e/{prefix}/result?lang=en"));
    assert!(done.contains("<p class=\"decision rejected\">Not adopted</p>"), "{done}");
    assert!(done.contains("<li class=\"fails\">"), "{done}");
    site.stop();
}

#[test]
fn hostile_titles_stay_textand_unknown_addresses_answer_people_with_a_page() {
    let data = data_folder();
    let site = Server::start(data.path());
    let title = "</title><img src=x onerror=alert(1)>\" '&".to_owned();
    let election = Election::opened(Shape { title, ..Shape::default() });
    let prefix = hold(&site, &election, 0..election.entries.len());
    let shown = "&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;&quot; '&amp;";
    for path in
        ["/".to_owned(), format!("/e/{prefix}/"), format!("/e/{prefix}/result"), format!("/e/{prefix}/board")]
    {
        let text = page(&site, &path);
        assert!(text.contains(shown) && !text.contains("<img"), "{path}: {text}");
    }
    let people = [("accept", "text/html,*/*"), ("accept-language", "ru")];
    let none = site.get_with("/nothing", &people);
    assert_eq!(none.status, 404);
    guarded(&none);
    assert!(text(&none).contains("Такой страницы здесь нет"));
    for (path, headers) in [("/nothing", &[][..]), ("/api/v1/nothing", &people)] {
        let problem = site.get_with(path, headers);
        assert_eq!(problem.problem(), (404, "not-found".to_owned()), "{path}");
    }
    assert_eq!(site.get("/e/0123456789abcdef/result").status, 404);
    // Without the browser's pages the booth says so, and the rest goes on.
    let booth = site.get_with(&format!("/e/{prefix}/v"), &people);
    assert!(booth.status == 501 && text(&booth).contains("без страниц"), "{}", text(&booth));
    site.stop();
}

#[test]
fn files_are_served_by_name_only_with_their_kinds_and_not_again_while_they_are_the_same() {
    let (data, web) = (data_folder(), tempfile::tempdir().unwrap());
    for file in [
        "booth/index.html",
        "audit/index.html",
        "check/index.html",
        "worker.js",
        "pkg/a.wasm",
        "secret.txt",
        "tests/a.js",
    ] {
        let path = web.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("file {file}")).unwrap();
    }
    let site =
        Server::start_with(Config { web_dir: Some(web.path().to_owned()), ..config(data.path()) }).unwrap();
    let election = Election::opened(Shape::default());
    let prefix = hold(&site, &election, 0..election.entries.len());
    for (path, file, kind) in [
        (format!("/e/{prefix}/v"), "booth/index.html", "text/html; charset=utf-8"),
        (format!("/e/{prefix}/audit"), "audit/index.html", "text/html; charset=utf-8"),
        (format!("/e/{prefix}/check"), "check/index.html", "text/html; charset=utf-8"),
        ("/assets/worker.js".to_owned(), "worker.js", "text/javascript; charset=utf-8"),
        ("/assets/pkg/a.wasm".to_owned(), "pkg/a.wasm", "application/wasm"),
    ] {
        let answer = site.get(&path);
        assert_eq!((answer.status, text(&answer)), (200, format!("file {file}")), "{path}");
        assert_eq!(answer.header("content-type"), kind);
        guarded(&answer);
        let tag = answer.header("etag").to_owned();
        assert_eq!(site.get_with(&path, &[("if-none-match", &tag)]).status, 304, "{path}");
    }
    assert!(
        page(&site, &format!("/e/{prefix}/?lang=en")).contains(&format!("href=\"/e/{prefix}/v?lang=en\""))
    );
    assert!(text(&site.get("/assets/pages.css")).contains("svg .yes"));
    for path in [
        "/assets/secret.txt",
        "/assets/tests/a.js",
        "/assets/booth/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/worker.js",
        "/assets/booth",
        "/assets/",
        "/e/0123456789abcdef/v",
    ] {
        assert_eq!(site.get(path).status, 404, "{path}");
    }
    site.stop();
}

#[test]
fn every_kind_of_question_has_its_result_in_three_languages() {
    let of = |id: &'static str| Of { id, options: 3, blank: true };
    let (mut contests, tie_break) = counter_proposal(true);
    contests.extend([
        approval(of("approval"), 1, 2),
        score(of("score"), 10),
        quadratic(of("quadratic"), 9),
        borda(of("borda")),
        condorcet(of("ranked"), RankedMethod::RankedPairs),
    ]);
    let shape = Shape { contests, tie_breaks: vec![tie_break], ..Shape::default() };
    let data = data_folder();
    let site = Server::start(data.path());
    let mut election = Election::opened(shape);
    for voter in 0..9 {
        let numbers = |numbers: &[u32]| Choice::Numbers(numbers.to_vec());
        let ranked = || Choice::Ranking(vec![1, 0, 2]);
        let yes = || Choice::Option(0);
        election.cast(
            voter,
            &[
                yes(),
                yes(),
                Choice::Option(1),
                numbers(&[1, 1, 0]),
                numbers(&[7, 8, 0]),
                numbers(&[0, 3, 0]),
                ranked(),
                ranked(),
            ],
        );
    }
    election.finish();
    let prefix = hold(&site, &election, 0..election.entries.len());
    let done = page(&site, &format!("/e/{prefix}/result?lang=en"));
    for sentence in [
        // Approvals of A and B tie for the one place; a rating names no winner; the budget and both orders are B's.
        "<p class=\"decision undecided\">A tie: A, B</p>",
        "A rating: no winner is named",
        "<td class=\"number\">63</td><td class=\"number\">7.00</td>",
        "<p class=\"decision adopted\">Elected: B</p>",
        "Unbeaten by ranked pairs: <strong>B</strong> (this method decides)",
        "<td class=\"number\"><strong>9</strong></td>",
        "If both proposals are adopted",
        "Enters into force: B",
        "A\u{a0}&gt;\u{a0}B",
    ] {
        assert!(done.contains(sentence), "{sentence}: {done}");
    }
    for (code, words) in [("kk", "Күшіне енеді"), ("ru", "Вступает в силу")] {
        assert!(page(&site, &format!("/e/{prefix}/result?lang={code}")).contains(words), "{code}");
    }
    site.stop();
}
