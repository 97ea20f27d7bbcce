//! The pages for people, over real HTTP: numbers, words, languages, headers, files, and what must not be in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod common;

use common::{Answer, Server, config, data_folder};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};

fn ask(server: &Server, path: &str, more: &str) -> Answer {
    server.send(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{more}\r\n"), &[])
}

fn page(server: &Server, path: &str) -> String {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.head);
    assert!(answer.head.contains("content-type: text/html; charset=utf-8"), "{}", answer.head);
    guarded(&answer);
    // The server may send in pieces: the marks between them are not the page's.
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.starts_with("<!doctype html>"), "{text}");
    for foreign in ["http:", "https:", "src=\"//", "href=\"//", "<script", "style=\"", "<style", " onclick"] {
        assert!(!text.contains(foreign), "{path} has {foreign}");
    }
    text
}

fn guarded(answer: &Answer) {
    for header in [
        "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app",
        "cross-origin-opener-policy: same-origin",
        "cross-origin-embedder-policy: require-corp",
        "cross-origin-resource-policy: same-origin",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "permissions-policy: accelerometer=()",
    ] {
        assert!(answer.head.contains(header), "{header} is not in {}", answer.head);
    }
}

fn voted(shape: Shape) -> Election {
    let mut election = Election::opened(shape);
    for (voter, option) in [(0, 0), (1, 1), (2, 0), (5, 0), (6, 0), (7, 1), (2, 1), (2, 0)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    election
}

#[test]
fn a_finished_election_shows_its_verdict_numbers_and_book_in_three_languages() {
    let folder = data_folder();
    let server = Server::start(folder.path());
    let mut election = voted(Shape::default());
    let open = election.entries.len();
    let prefix = hold_all(&server, &election, open);
    let running = page(&server, &format!("/e/{prefix}/result?lang=en"));
    assert!(running.contains("Voting is open.") && running.contains("There are no partial results."));
    assert!(running.contains("6 voters have taken part, of 9 on the roll"), "{running}");
    assert!(
        !running.contains("class=\"bars\"") && !running.contains("class=\"verdict"),
        "a tally before the result"
    );
    assert!(page(&server, &format!("/e/{prefix}/?lang=en")).contains("Vote now"));
    election.finish();
    for entry in &election.entries[open..] {
        server.enter(&prefix, std::slice::from_ref(entry));
    }
    let done = page(&server, &format!("/e/{prefix}/result?lang=en"));
    assert!(done.contains("<p class=\"verdict adopted\">Adopted</p>"), "{done}");
    for number in [
        "<td class=\"number\">4</td><td class=\"number\">66.67\u{a0}%</td>",
        "<td class=\"number\">2</td><td class=\"number\">33.33\u{a0}%</td>",
    ] {
        assert!(done.contains(number), "{number}: {done}");
    }
    assert!(done.contains("The officials have certified this result."));
    assert!(done.contains(&format!("/e/{prefix}/audit?lang=en")));
    // The same page again is the rendered one.
    assert_eq!(page(&server, &format!("/e/{prefix}/result?lang=en")), done);
    for (tag, word) in [("kk", "Қабылданды"), ("ru", "Принято")] {
        let text = page(&server, &format!("/e/{prefix}/result?lang={tag}"));
        assert!(text.contains(word) && text.contains(&format!("<html lang=\"{tag}\">")), "{text}");
    }
    let accepted = ask(&server, &format!("/e/{prefix}/result"), "accept-language: de, kk;q=0.5\r\n");
    assert!(
        accepted.head.contains("content-language: kk") && accepted.head.contains("vary: accept-language")
    );
    let book = page(&server, &format!("/e/{prefix}/board?lang=en"));
    let last = election.entries.len() - 1;
    assert!(book.contains(&format!(
        "<th scope=\"row\" class=\"number\">{last}</th><td>Officials certify the result"
    )));
    assert!(book.contains(&format!("--election {}", election.id())));
    let ballots = page(&server, &format!("/e/{prefix}/board?lang=en&before={open}"));
    assert!(ballots.contains("Sealed vote of roll number 2, replacing the one before, control code "));
    assert!(page(&server, "/?lang=en").contains("A vote in a test"));
    server.stop();
}

fn hold_all(server: &Server, election: &Election, end: usize) -> String {
    let manifest = election.manifest_entries().len();
    let first_ballot = election.entries[..end].iter().position(|entry| entry[0] == 0x31).unwrap_or(end);
    let mut begun = Election::of_manifest(election.shape.clone(), election.manifest.clone());
    begun.entries = election.entries[..first_ballot].to_vec();
    assert!(manifest <= first_ballot);
    let prefix = server.hold(&begun);
    for entry in &election.entries[first_ballot..end] {
        assert_eq!(server.cast(&prefix, entry).status, 200);
    }
    prefix
}

#[test]
fn hostile_titles_stay_text_and_unknown_addresses_answer_people_with_a_page() {
    let folder = data_folder();
    let server = Server::start(folder.path());
    let title = "</title><img src=x onerror=alert(1)>\" '&".to_owned();
    let election = Election::opened(Shape { title, ..Shape::default() });
    let prefix = server.hold(&election);
    let shown = "&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;&quot; &#39;&amp;";
    for path in
        ["/".to_owned(), format!("/e/{prefix}/"), format!("/e/{prefix}/result"), format!("/e/{prefix}/board")]
    {
        let text = page(&server, &path);
        assert!(text.contains(shown) && !text.contains("<img"), "{path}: {text}");
    }
    let people = "accept: text/html,*/*\r\naccept-language: ru\r\n";
    let none = ask(&server, "/nothing", people);
    assert_eq!(none.status, 404);
    guarded(&none);
    assert!(String::from_utf8_lossy(&none.body).contains("Здесь ничего нет"));
    assert_eq!(server.get("/nothing").problem(), (404, "not-found".to_owned()));
    assert_eq!(ask(&server, "/api/v1/nothing", people).problem().0, 404);
    assert_eq!(server.get("/e/0123456789abcdef/result").status, 404);
    // Without files the booth says why it is not there.
    assert_eq!(server.get(&format!("/e/{prefix}/v")).problem(), (404, "no-web-files".to_owned()));
    let said = ask(&server, &format!("/e/{prefix}/v"), people);
    assert!(said.status == 404 && String::from_utf8_lossy(&said.body).contains("web_dir"));
    server.stop();
}

#[test]
fn files_are_served_by_name_only_and_with_their_kinds() {
    let (folder, web) = (data_folder(), tempfile::tempdir().unwrap());
    for name in ["booth", "audit", "pkg", "tests"] {
        std::fs::create_dir(web.path().join(name)).unwrap();
    }
    for name in
        ["booth/index.html", "audit/index.html", "worker.js", "pkg/a.wasm", "secret.txt", "tests/a.js"]
    {
        std::fs::write(web.path().join(name), format!("file {name}")).unwrap();
    }
    let mut settings = config(folder.path());
    settings.web_dir = Some(web.path().to_owned());
    let server = Server::start_with(settings).unwrap();
    let prefix = server.hold(&Election::opened(Shape::default()));
    for (path, file, kind) in [
        (format!("/e/{prefix}/v"), "booth/index.html", "text/html"),
        (format!("/e/{prefix}/audit"), "audit/index.html", "text/html"),
        ("/assets/worker.js".to_owned(), "worker.js", "text/javascript"),
        ("/assets/pkg/a.wasm".to_owned(), "pkg/a.wasm", "application/wasm"),
    ] {
        let answer = server.get(&path);
        assert_eq!((answer.status, answer.body.as_slice()), (200, format!("file {file}").as_bytes()));
        assert!(answer.head.contains(&format!("content-type: {kind}")), "{}", answer.head);
        guarded(&answer);
        let tag = answer.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        assert_eq!(ask(&server, &path, &format!("if-none-match: {tag}\r\n")).status, 304);
    }
    assert_eq!(server.get("/assets/pages.css").status, 200);
    for path in [
        "/assets/secret.txt",
        "/assets/tests/a.js",
        "/assets/../secret.txt",
        "/assets/booth/../../worker.js",
        "/assets/%2e%2e/worker.js",
        "/assets/booth%2f..%2fworker.js",
        "/assets//etc/passwd",
        "/assets/booth",
        "/assets/",
        "/e/0123456789abcdef/v",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    server.stop();
}
