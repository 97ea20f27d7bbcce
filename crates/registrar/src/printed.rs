//! A certificate of destruction on paper, for a file of paper: what it says, in Kazakh, Russian or English (§24.10). It is
//! drawn from a certificate that was verified; the file that was signed stays what proves it.

use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::Manifest;
use plebiscite_paper::{About, Align, Column, Faces, Flow, PaperError, Style, write};

use crate::certificate::Certificate;

/// Most files that are printed one by one. E-mails of a whole country would be a book.
const LISTED: usize = 2_000;

/// What the paper says beside names and numbers.
struct Words {
    tag: &'static str,
    title: &'static str,
    vote: &'static str,
    id: &'static str,
    fingerprint: &'static str,
    registrar: &'static str,
    record: &'static str,
    certified: &'static str,
    cancelled: &'static str,
    entries: &'static str,
    root: &'static str,
    what: fn(usize) -> String,
    limits: &'static str,
    files: &'static str,
    columns: [&'static str; 3],
    rest: fn(usize, usize) -> String,
    proof: &'static str,
    key: &'static str,
    signature: &'static str,
    digest: &'static str,
    check: &'static str,
    page: fn(usize, usize) -> String,
}

const LANGUAGES: [&Words; 3] = [&KAZAKH, &RUSSIAN, &ENGLISH];

const KAZAKH: Words = Words {
    tag: "kk",
    title: "Дербес деректер файлдарын жою туралы акт",
    vote: "Дауыс беру",
    id: "Идентификаторы",
    fingerprint: "Дауыс берудің нөмірі",
    registrar: "Тіркеуші",
    record: "Жазба",
    certified: "нәтиже расталған",
    cancelled: "дауыс беру тоқтатылған",
    entries: "Жазбалар саны",
    root: "Түбір хеші",
    what: |count| {
        format!(
            "Осы тіркеушінің бағдарламасы бүкіл жазбаны тексерген соң мына {count} файлды кездейсоқ байттармен қайта жазып, өшірді және осы тізімге өз кілтімен қол қойды."
        )
    },
    limits: "Акт осы бағдарлама осы компьютерде не істегенін көрсетеді. Басқа жердегі көшірмелерге, сақтық көшірмелерге және дискінің ескі блоктарына оның қатысы жоқ.",
    files: "Жойылған файлдар",
    columns: ["Файл", "Байт", "SHA-256"],
    rest: |listed, all| {
        format!("Мұнда {all} файлдың алғашқы {listed} файлы тізілген; бәрі қол қойылған файлда тұр.")
    },
    proof: "Қолтаңба",
    key: "Тіркеушінің кілті",
    signature: "Қолтаңба (Ed25519)",
    digest: "Файлдың SHA-256 хеші",
    check: "Тексеру: plebiscite-registrar verify-certificate ФАЙЛ --record МЕКЕНЖАЙ --folder БУМА",
    page: |page, all| format!("{page}/{all}"),
};

const RUSSIAN: Words = Words {
    tag: "ru",
    title: "Акт об уничтожении файлов с персональными данными",
    vote: "Голосование",
    id: "Идентификатор",
    fingerprint: "Номер голосования",
    registrar: "Регистратор",
    record: "Запись",
    certified: "результат утверждён",
    cancelled: "голосование отменено",
    entries: "Записей",
    root: "Корневой хеш",
    what: |count| {
        format!(
            "Программа этого регистратора, проверив всю запись, перезаписала случайными байтами и удалила эти файлы, числом {count}, и подписала этот список своим ключом."
        )
    },
    limits: "Акт показывает, что сделала эта программа на этом компьютере. Копии в других местах, резервные копии и старые блоки диска ей недоступны.",
    files: "Уничтоженные файлы",
    columns: ["Файл", "Байт", "SHA-256"],
    rest: |listed, all| {
        format!("Здесь перечислены первые {listed} файлов из {all}; все они стоят в подписанном файле.")
    },
    proof: "Подпись",
    key: "Ключ регистратора",
    signature: "Подпись (Ed25519)",
    digest: "SHA-256 файла",
    check: "Проверка: plebiscite-registrar verify-certificate ФАЙЛ --record АДРЕС --folder ПАПКА",
    page: |page, all| format!("{page} из {all}"),
};

const ENGLISH: Words = Words {
    tag: "en",
    title: "Certificate that personal files were destroyed",
    vote: "Vote",
    id: "Id",
    fingerprint: "Number of the vote",
    registrar: "Registrar",
    record: "Record",
    certified: "the result is certified",
    cancelled: "the vote is cancelled",
    entries: "Entries",
    root: "Root hash",
    what: |count| {
        format!(
            "This registrar's program verified the whole record, overwrote these {count} files with random bytes and removed them, and signed this list with its key."
        )
    },
    limits: "It shows what that program did on that machine. Copies elsewhere, backups, and blocks that a disk keeps of old contents are beyond it.",
    files: "Files that were destroyed",
    columns: ["File", "Bytes", "SHA-256"],
    rest: |listed, all| {
        format!("These are the first {listed} of {all} files; all of them stand in the signed file.")
    },
    proof: "Signature",
    key: "The registrar's key",
    signature: "Signature (Ed25519)",
    digest: "SHA-256 of the file",
    check: "To check it: plebiscite-registrar verify-certificate FILE --record URL --folder FOLDER",
    page: |page, all| format!("{page} of {all}"),
};

/// A certificate that was verified against its record, as a document in a language; the other languages are printed in English.
///
/// # Errors
/// A letter of a name that the font lacks.
pub fn pdf(
    certificate: &Certificate,
    file_sha256: &str,
    manifest: &Manifest,
    language: &str,
) -> Result<Vec<u8>, PaperError> {
    let words = LANGUAGES.into_iter().find(|words| words.tag == language).unwrap_or(&ENGLISH);
    let document = manifest.document();
    let title =
        document.title.get(words.tag).or_else(|| document.title.0.values().next().map(String::as_str));
    let title = title.unwrap_or_default();
    let name = document.registrars.members.get(usize::from(certificate.registrar));
    let name = name.map_or(String::new(), |member| format!(", {}", member.name));
    let faces = Faces::new()?;
    let mut flow = Flow::new(&faces);
    flow.paragraph(Style::TITLE, words.title)?;
    let phase = if certificate.phase == "certified" { words.certified } else { words.cancelled };
    for (label, value) in [
        (words.vote, title),
        (words.id, certificate.election.as_str()),
        (words.fingerprint, &Fingerprint::of(&manifest.id()).to_string()),
        (words.registrar, &format!("{}{name}", certificate.registrar)),
        (words.record, phase),
        (words.entries, &certificate.size.to_string()),
        (words.root, &certificate.root),
    ] {
        flow.pair(label, value)?;
    }
    let all = certificate.files.len();
    flow.paragraph(Style::TEXT, &(words.what)(all))?;
    flow.paragraph(Style::TEXT, words.limits)?;
    flow.paragraph(Style::HEADING, words.files)?;
    let [file, bytes, digest] = words.columns;
    let columns = [
        Column::new(file, 2.0, Align::Left),
        Column::new(bytes, 0.9, Align::Right),
        Column::new(digest, 3.2, Align::Left),
    ];
    let listed = certificate.files.iter().take(LISTED);
    let rows: Vec<Vec<String>> =
        listed.map(|file| vec![file.name.clone(), file.length.to_string(), file.sha256.clone()]).collect();
    flow.table(&columns, &rows)?;
    if rows.len() < all {
        flow.paragraph(Style::STRONG, &(words.rest)(rows.len(), all))?;
    }
    flow.paragraph(Style::HEADING, words.proof)?;
    for (label, value) in [
        (words.key, certificate.key.as_str()),
        (words.signature, &certificate.signature),
        (words.digest, file_sha256),
    ] {
        flow.pair(label, value)?;
    }
    flow.paragraph(Style::SMALL, words.check)?;
    let foot = format!("{} {}", words.fingerprint, Fingerprint::of(&manifest.id()));
    let layout = flow.finish(&foot, words.page)?;
    let about = About {
        title: format!("{}: {title}", words.title),
        language: words.tag.to_owned(),
        creator: "plebiscite-registrar".to_owned(),
        seconds: document.schedule.opens.unix(),
    };
    write(&about, &faces, &layout)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use ed25519_dalek::SigningKey;
    use plebiscite_election::entry::Seen;
    use plebiscite_election::record::Phase;
    use plebiscite_support::tools::installed;
    use plebiscite_support::{Shape, in_languages, of_cantons};

    use super::*;
    use crate::certificate::Destroyed;

    fn certificate(manifest: &Manifest, files: usize) -> Certificate {
        let file = |number: usize| Destroyed {
            name: format!("letters-ZH-{number}.pdf"),
            length: 1_000 + number as u64,
            sha256: hex::encode([number as u8; 32]),
        };
        let seen = Seen { size: 1_350, root: [4; 32] };
        let who = (1, &SigningKey::from_bytes(&[8; 32]));
        Certificate::sign(manifest.id(), who, (Phase::Certified, &seen), (0..files).map(file).collect())
            .unwrap()
    }

    #[test]
    fn the_paper_says_what_the_certificate_says_in_every_language() {
        let shape = Shape { voters: vec![5, 4, 4], ..Shape::default() };
        let manifest = Manifest::parse(&in_languages(&of_cantons(&shape), &["kk", "ru", "en"])).unwrap();
        let certificate = certificate(&manifest, 40);
        let digest = "5a".repeat(32);
        assert!(pdf(&certificate, &digest, &manifest, "kk").unwrap().starts_with(b"%PDF-1.7"));
        if !installed("pdftotext", "poppler-utils") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("certificate.pdf");
        for words in LANGUAGES {
            std::fs::write(&path, pdf(&certificate, &digest, &manifest, words.tag).unwrap()).unwrap();
            let output = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<String>();
            for said in [
                words.title,
                manifest.document().title.get(words.tag).unwrap(),
                words.certified,
                &certificate.root,
                &certificate.key,
                &certificate.signature,
                &digest,
                "letters-ZH-39.pdf",
                &certificate.files[39].sha256,
                &(words.what)(40),
            ] {
                assert!(
                    text.contains(&said.split_whitespace().collect::<String>()),
                    "{}: {said} in {text}",
                    words.tag
                );
            }
        }
    }

    #[test]
    fn a_book_of_files_is_cut_and_says_so() {
        let manifest = Manifest::parse(&in_languages(
            &of_cantons(&Shape { voters: vec![5, 4, 4], ..Shape::default() }),
            &["en"],
        ))
        .unwrap();
        if !installed("pdftotext", "poppler-utils") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("certificate.pdf");
        let sentence = "These are the first 2000 of 2001 files";
        for (files, cut) in [(LISTED, false), (LISTED + 1, true)] {
            let document = pdf(&certificate(&manifest, files), "", &manifest, "en").unwrap();
            std::fs::write(&path, document).unwrap();
            let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap().contains(sentence), cut, "{files}");
        }
    }
}
