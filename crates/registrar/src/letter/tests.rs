//! Letters as they are printed: their text read back, their QR code read from the page, the rules of PDF/A, and what has no
//! room or no letter in the font.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plebiscite_election::manifest::document::Document;
use plebiscite_support::tools::installed;
use plebiscite_support::{Shape, in_languages, of_cantons};

use super::*;

/// The question of 6 October 2024, as it was put.
const TITLES: [(&str, &str); 3] = [
    ("kk", "Сіз Қазақстанда атом электр станциясын салуға келісесіз бе?"),
    ("ru", "Согласны ли Вы со строительством атомной электростанции в Казахстане?"),
    ("en", "Do you agree with the construction of a nuclear power plant in Kazakhstan?"),
];

fn document(registrars: u16) -> Document {
    let shape = Shape { registrars, voters: vec![5, 4, 3], ..Shape::default() };
    of_cantons(&shape)
}

fn manifest(registrars: u16) -> Manifest {
    let bytes = in_languages(&document(registrars), &["kk", "ru", "en"]);
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for (language, title) in TITLES {
        value["title"][language] = title.into();
    }
    Manifest::parse(&serde_json::to_vec(&value).unwrap()).unwrap()
}

fn code(registrar: Registrar) -> Code {
    (0..).find_map(|n: u8| Code::from_entropy(registrar, &[n; 17]).ok()).unwrap()
}

fn vote(manifest: &Manifest) -> Vote<'_> {
    Vote {
        manifest,
        registrar: Registrar::First,
        closes: manifest.document().schedule.closes.unix(),
        site: "https://vote.example.org".to_owned(),
        phone: "+7 000 000 00 00".to_owned(),
        web: Some("https://example.org".to_owned()),
        zone: "+05:00".parse().unwrap(),
    }
}

fn to<'a>(language: &'a str, code: &'a Code) -> Recipient<'a> {
    Recipient {
        name: "voter-000001",
        address: "Bundesplatz 3, 3005 Bern",
        region: "BE",
        language,
        number: 12_345,
        code,
        replaces: None,
    }
}

fn file(vote: &Vote<'_>, to: &[Recipient<'_>]) -> Result<Zeroizing<Vec<u8>>, LetterError> {
    let mut letters = pdf::Letters::begin(vote)?;
    to.iter().try_for_each(|to| letters.add(to))?;
    letters.finish()
}

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// The file's text, as another program reads it.
fn text_of(path: &Path) -> String {
    let output = Command::new("pdftotext").args(["-layout"]).arg(path).arg("-").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The QR codes on the first page, as a camera reads them from paper.
fn codes_on(path: &Path) -> Vec<String> {
    let mut render = Command::new("pdftoppm");
    let output = render.args(["-gray", "-r", "150", "-f", "1", "-l", "1"]).arg(path).output().unwrap();
    assert!(output.status.success());
    let mut fields = output.stdout.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut number =
        || -> usize { std::str::from_utf8(fields.next().unwrap()).unwrap().parse().unwrap_or_default() };
    let (_, width, height) = (number(), number(), number());
    let pixels = &output.stdout[output.stdout.len() - width * height..];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}

#[test]
fn a_letter_says_in_every_language_what_a_voter_needs_and_its_square_is_the_link() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    let vote = vote(&manifest);
    if !(installed("pdftotext", "poppler-utils") && installed("pdftoppm", "poppler-utils")) {
        return;
    }
    for (language, title) in TITLES {
        let to = to(language, &code);
        let letter = Letter::compose(&vote, &to).unwrap();
        let pdf = written(&file(&vote, &[to]).unwrap());
        let text = text_of(pdf.path());
        let id = manifest.id().to_string();
        for expected in [
            title,
            code.printed().as_str(),
            "12345",
            "Bern",
            "voter-000001",
            "Bundesplatz 3, 3005 Bern",
            &Fingerprint::of(&manifest.id()).to_string(),
            "+7 000 000 00 00",
            "https://example.org",
            &format!("https://vote.example.org/e/{}/", &id[..16]),
            "11:00 (UTC+5)",
            "23:00 (UTC+5)",
            "registrar 2",
            letter.words.heading,
            letter.words.keep,
            letter.words.again,
            letter.words.second,
        ] {
            assert!(text.contains(expected), "{language}: {expected:?} is not in {text}");
        }
        assert_eq!(codes_on(pdf.path()), [letter.link.as_str()]);
        assert!(letter.link.ends_with(&format!("/v#c={}&e={id}", code.printed().as_str())));
    }
}

/// Whoever hears the letter hears all of it in the order of the page, each letter in its own language, and the square as the
/// link that it is.
#[test]
fn a_letter_is_tagged_part_by_part_in_the_voters_language() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    let vote = vote(&manifest);
    if !installed("pdfinfo", "poppler-utils") {
        return;
    }
    let recipients = ["kk", "ru", "en"].map(|language| to(language, &code));
    let pdf = written(&file(&vote, &recipients).unwrap());
    let output = Command::new("pdfinfo").arg("-struct-text").arg(pdf.path()).output().unwrap();
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(tree.matches("\n  Sect").count(), 3, "{tree}");
    assert_eq!((tree.matches("H1").count(), tree.matches("Figure").count()), (3, 3), "{tree}");
    let heard = tree.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    for to in &recipients {
        let letter = Letter::compose(&vote, to).unwrap();
        let mut rest = heard.as_str();
        for said in [
            &*letter.sender,
            &letter.title,
            &letter.dates,
            letter.words.again,
            letter.words.keep,
            &letter.help,
        ] {
            let said: Vec<&str> = said.split_whitespace().collect();
            // Lines are parts of a paragraph, and poppler names each.
            let first = said.first().copied().unwrap_or_default();
            let found = rest.find(first).unwrap_or_else(|| unreachable!("{said:?} is not in {heard}"));
            rest = rest.get(found..).unwrap_or_default();
        }
    }
    let bytes = file(&vote, &recipients).unwrap();
    let raw = String::from_utf8_lossy(&bytes);
    for language in ["kk", "ru", "en"] {
        assert!(
            raw.contains(&format!("/Lang({language})")) || raw.contains(&format!("/Lang ({language})")),
            "{language}"
        );
    }
}

#[test]
fn the_same_letters_give_the_same_bytes_and_say_that_they_are_pdf_a() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    let vote = vote(&manifest);
    let recipients = ["kk", "ru", "en"].map(|language| to(language, &code));
    let bytes = file(&vote, &recipients).unwrap();
    assert_eq!(*bytes, *file(&vote, &recipients).unwrap());
    assert_ne!(*bytes, *file(&vote, &recipients[..2]).unwrap());
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(text.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
    assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"));
    assert!(
        text.contains("2027-06-06T06:00:00+00:00"),
        "dated by the opening, or the same letters would differ"
    );
}

#[test]
fn with_one_registrar_nothing_is_said_of_two_codes() {
    let code = code(Registrar::First);
    for (registrars, two) in [(1, false), (2, true)] {
        let manifest = manifest(registrars);
        let letter = Letter::compose(&vote(&manifest), &to("en", &code)).unwrap();
        assert_eq!(letter.two.is_some(), two);
        assert_eq!(
            (letter.steps.len(), letter.steps.contains(&letter.words.second.to_owned())),
            (3 + usize::from(two), two)
        );
        let body = email::body(&letter);
        assert_eq!(body.contains(letter.words.second), two);
        let place = |text: &str| body.find(text).unwrap();
        assert!(place(&letter.code) < place(&letter.steps[letter.steps.len() - 1]));
    }
}

#[test]
fn a_replacement_says_why_in_every_language() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    let reasons = [
        ReplacementReason::NotReceived,
        ReplacementReason::Lost,
        ReplacementReason::Unreadable,
        ReplacementReason::Disclosed,
        ReplacementReason::Misdelivered,
    ];
    for (language, _) in TITLES {
        let sentences = reasons.map(|reason| {
            let to = Recipient { replaces: Some(reason), ..to(language, &code) };
            assert!(file(&vote(&manifest), &[to]).is_ok());
            Letter::compose(&vote(&manifest), &to).unwrap().replaces.unwrap()
        });
        let different: std::collections::BTreeSet<_> = sentences.iter().collect();
        assert_eq!(different.len(), reasons.len(), "{language}");
    }
    assert_eq!(Letter::compose(&vote(&manifest), &to("kk", &code)).unwrap().replaces, None);
}

#[test]
fn what_the_font_lacks_and_what_has_no_room_is_named_by_roll_number() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    let vote = vote(&manifest);
    let lacking = Recipient { name: "voter 中", ..to("ru", &code) };
    assert_eq!(
        file(&vote, &[to("ru", &code), lacking]).unwrap_err().to_string(),
        "the letters' font has no '中', which the name of roll number 12345 has"
    );
    let (long, longer) = ("Қостанай, Абай даңғылы ".repeat(8), "Қостанай, Абай даңғылы ".repeat(40));
    assert!(file(&vote, &[Recipient { address: long.trim(), ..to("ru", &code) }]).is_ok());
    assert_eq!(
        file(&vote, &[Recipient { address: longer.trim(), ..to("ru", &code) }]),
        Err(LetterError::Room { what: "address", number: 12_345 })
    );
    let foreign = Recipient { region: "XX", ..to("ru", &code) };
    assert_eq!(file(&vote, &[foreign]), Err(LetterError::Manifest { what: "region", number: 12_345 }));
}

#[test]
fn the_longest_title_that_a_manifest_may_have_has_room() {
    let title = "Ұзақ тақырып ".repeat(21);
    let title = title.trim();
    assert!(title.len() > 490 && title.len() <= 512);
    let bytes = in_languages(&document(2), &["kk", "ru", "en"]);
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    value["test"] = true.into();
    for (language, _) in TITLES {
        value["title"][language] = title.into();
    }
    let manifest = Manifest::parse(&serde_json::to_vec(&value).unwrap()).unwrap();
    let code = code(Registrar::First);
    for (language, _) in TITLES {
        let to = Recipient { replaces: Some(ReplacementReason::Disclosed), ..to(language, &code) };
        let letter = Letter::compose(&vote(&manifest), &to).unwrap();
        assert_eq!(letter.test, Some(letter.words.test));
        assert_eq!(file(&vote(&manifest), &[to]).map(|_| ()), Ok(()), "{language}");
    }
}

#[test]
fn an_e_mail_holds_code_and_link_in_its_body_only() {
    let (manifest, code) = (manifest(2), code(Registrar::First));
    for (language, title) in TITLES {
        let to = Recipient { address: "voter-000001@example.org", ..to(language, &code) };
        let letter = Letter::compose(&vote(&manifest), &to).unwrap();
        let file = email::message(&letter, "office@example.org");
        let file = std::str::from_utf8(&file).unwrap();
        assert!(file.is_ascii() && file.lines().all(|line| line.len() <= 78), "{file}");
        let (head, body) = file.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("From: office@example.org\r\nTo: voter-000001@example.org\r\n"));
        assert!(!head.contains(code.printed().as_str()));
        let decode = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        let body = decode(&body.replace("\r\n", ""));
        for expected in [title, code.printed().as_str(), letter.link.as_str(), "12345"] {
            assert!(body.contains(expected), "{expected}");
        }
        let subject: String =
            head.split("=?utf-8?B?").skip(1).map(|word| decode(word.split("?=").next().unwrap())).collect();
        assert_eq!(subject, (letter.words.subject)(title));
    }
    for (from, fits) in
        [("a@b.org", true), ("a@b.org\r\nBcc: c@d.org", false), ("a", false), ("a@b, c@d", false)]
    {
        assert_eq!(email::is_sender(from), fits, "{from}");
    }
}

#[test]
fn times_are_shown_with_their_zone_across_midnight() {
    let shown =
        |zone: &str, seconds| zone.parse::<Zone>().unwrap().moment(seconds, words::words_of("en")).unwrap();
    let seconds = Time::parse("2027-06-06T21:30:00Z").unwrap().unix();
    assert_eq!(shown("+05:00", seconds), "7 June 2027 at 02:30 (UTC+5)");
    assert_eq!(shown("+00:00", seconds), "6 June 2027 at 21:30 (UTC)");
    assert_eq!(shown("-03:30", seconds), "6 June 2027 at 18:00 (UTC-3:30)");
    for wrong in ["", "5", "+5:00", "+05:60", "+15:00", "UTC", "+0500", "++5:00"] {
        assert_eq!(wrong.parse::<Zone>(), Err(ZoneError), "{wrong}");
    }
}
