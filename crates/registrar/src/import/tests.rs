//! A collection of bad voter files, each with the sentence that says what to do, and beside each the file that is right.

use plebiscite_support::{Shape, of_cantons};

use super::*;
use crate::roll_csv::Channel;

const GOOD: &str = "voter,region,language,name,address,channel\n\
    voter-000001,ZH,kk,N 1,\"Bern, 1\",letter\n\
    voter-000002,BE,ru,N 2,voter-000002@example.org,email\n\
    voter-000003,GR,en,,,paper\n";

fn read(text: &str) -> Result<Imported, ImportError> {
    import(text.as_bytes().to_vec(), &Options::default(), &|_, _| ())
}

fn sentence(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

/// All faults as the error file has them.
fn faults(text: &str, options: &Options<'_>) -> Vec<String> {
    match import(text.as_bytes().to_vec(), options, &|_, _| ()) {
        Err(ImportError::Rows(faults)) => {
            let file = String::from_utf8(faults_csv(&faults).unwrap()).unwrap();
            file.lines().skip(1).map(str::to_owned).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// A manifest whose regions are all cantons, by id and by name.
fn manifest() -> Manifest {
    let shape = Shape { voters: vec![5; 22], ..Shape::default() };
    Manifest::parse(&serde_json::to_vec(&of_cantons(&shape)).unwrap()).unwrap()
}

#[test]
fn a_good_file_is_read_with_names_addresses_and_channels() {
    let read = read(GOOD).unwrap();
    assert_eq!(read.people.regions, ["ZH", "BE", "GR"]);
    let rows: Vec<_> = read.people.people.iter().map(|p| (&*p.voter, &*p.address, p.channel)).collect();
    assert_eq!(
        rows,
        [
            ("voter-000001", "Bern, 1", Channel::Letter),
            ("voter-000002", "voter-000002@example.org", Channel::Email),
            ("voter-000003", "", Channel::Paper),
        ]
    );
    assert_eq!((read.normalised, read.blank_rows, read.same_person), (0, 0, 0));
    assert_eq!(hex::encode(read.fingerprint), hex::encode(Sha256::digest(GOOD)));
}

#[test]
fn the_same_voters_are_read_whatever_the_program_that_saved_them() {
    let plain = "voter,region,language\nvoter-000001,Zürich,ru\nvoter-000002,Bern,kk\n";
    let expected = read(plain).unwrap().people;
    let utf16: Vec<u8> =
        format!("\u{feff}{}", plain.replace(',', "\t")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let western = encoding_rs::WINDOWS_1252.encode(&plain.replace(',', ";")).0.into_owned();
    let files = [
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        format!("sep=;\r\n{}", plain.replace(',', ";")).into_bytes(),
        plain.replace("voter-000001", " voter-000001 ").replace("Zürich", "Zu\u{308}rich").into_bytes(),
        format!("{plain},,\n").into_bytes(),
        plain.replace("voter,region,language", "ИИН,Регион,Язык").replace(",ru", ",Русский").into_bytes(),
        plain.replace("voter,region,language", "ЖСН,Өңір,Тілі").replace(",kk", ",қазақша").into_bytes(),
        utf16,
        western,
    ];
    for file in files {
        assert_eq!(import(file, &Options::default(), &|_, _| ()).unwrap().people, expected);
    }
}

#[test]
fn files_that_are_no_voter_files_are_refused_with_what_to_do() {
    for (file, expected) in [
        ("voter,region,language\n", "the file names columns and no voters: export the voters again"),
        (
            "voter|region|language\n1|a|b\n",
            "the first line has one column only: separate the columns by comma, semicolon or tab, and name them in the first line",
        ),
        (
            "1,ZH,de\n2,ZH,de\n",
            "the first line does not name the columns: a heading is missing, or its names are not known; put a line above it that names all 3 columns, like voter,region,language,name,address, or name them by --voter COLUMN, --region COLUMN and --language COLUMN",
        ),
        (
            "voter,language\n1,de\n",
            "no column is known to hold the region; of 2 columns voter (column 1), language (column 2) are known: name it by --region COLUMN",
        ),
        (
            "voter,region\n1,ZH\n",
            "no column is known to hold the language; of 2 columns voter (column 1), region (column 2) are known: name it by --language COLUMN",
        ),
        (
            "id,iin,region,language\n1,2,ZH,de\n",
            "columns 1 and 2 could both hold the voter: say which by --voter COLUMN",
        ),
        (
            "voter,region,language\n1,ZH,de\n2,Z\0H,de\n",
            "line 3: there is a NUL, which no text has: save the file again as CSV in UTF-8 from the program that it comes from, or type the line anew",
        ),
    ] {
        assert_eq!(sentence(file), expected);
    }
}

#[test]
fn every_bad_row_is_named_with_line_column_and_what_to_do_and_its_good_twin_is_read() {
    let formula = "take the sign =, +, -, @ away, or put a letter before it: whoever opens the letters' file in a spreadsheet would run it";
    let quotes = "put cells that hold the separator into quotation marks, and close every quotation mark";
    for (row, expected) in [
        (",ZH,kk,N,A,letter", "2,voter,is empty,\"fill it in, or take the row out\""),
        ("v,,kk,N,A,letter", "2,region,is empty,\"fill it in, or take the row out\""),
        ("v,ZH,,N,A,letter", "2,language,is empty,\"fill it in, or take the row out\""),
        ("v,ZH,kk,,A,letter", "2,name,is empty,\"fill it in, or take the row out\""),
        ("v,ZH,kk,N,,letter", "2,address,is empty,\"fill it in, or take the row out\""),
        ("v,ZH,kk,N,A,", "2,channel,is empty,\"write letter, email or paper\""),
        ("v,ZH,kk,N,A,fax", "2,channel,is no channel,\"write letter, email or paper\""),
        (
            "v,ZH,kk,N,A,email",
            "2,address,is no e-mail address,\"correct it, choose another channel, or name the column of e-mail addresses by --email COLUMN\"",
        ),
        ("v,ZH,kk,N,,email", "2,address,is empty,\"fill it in, or take the row out\""),
        (
            "\"1,23E+11\",ZH,kk,N,A,letter",
            "2,voter,is a number that a spreadsheet has shortened,\"format the column as text in the spreadsheet, enter the numbers again, and save the file as UTF-8\"",
        ),
        (
            "v,ZH,kk,N \u{fffd},A,letter",
            "2,name,has lost a letter,save the file as UTF-8 from the program that it comes from: the encoding it was saved in lacks the letter",
        ),
        (
            "v\u{202e},ZH,kk,N,A,letter",
            "2,voter,\"has control characters, or is not in Unicode's composed form (NFC)\",type the cell anew",
        ),
    ] {
        let file = |row: &str| format!("voter,region,language,name,address,channel\n{row}\n");
        assert_eq!(faults(&file(row), &Options::default()), [expected], "{row}");
        assert!(read(&file("v,ZH,kk,N,A,letter")).is_ok());
    }
    for sign in ["=1+1", "+7 777", "-x", "@x", "\t=1", "＝1"] {
        let file = |name: &str| format!("voter,region,language,name\nv,ZH,kk,\"{name}\"\n");
        let expected =
            format!("2,name,begins with a sign that spreadsheets take for a formula,\"{formula}\"");
        assert_eq!(faults(&file(sign), &Options::default()), [expected], "{sign}");
        assert!(read(&file("N")).is_ok());
    }
    let short = "voter,region,language\n1,ZH\n2,ZH,kk,x\n3,ZH,kk\n";
    assert_eq!(
        faults(short, &Options::default()),
        [
            format!("2,,\"the row has 2 cells, and the first line 3\",\"{quotes}\""),
            format!("3,,\"the row has 4 cells, and the first line 3\",\"{quotes}\""),
        ]
    );
    let unclosed = "voter,region,language\n\"1,ZH,kk\n2,ZH,kk\n";
    assert_eq!(
        faults(unclosed, &Options::default()),
        [format!("2,,\"the row has 1 cells, and the first line 3\",\"{quotes}\"")]
    );
    let broken = "voter,region,language\n1,\"Z\nH\",kk\n";
    assert!(faults(broken, &Options::default())[0].starts_with("2,region,has a line break,"));
}

#[test]
fn a_voter_who_stands_twice_is_found_however_written() {
    let file = |second: &str| format!("voter,region,language\nVoter-É 1,ZH,kk\nx,ZH,kk\n{second},BE,ru\n");
    let advice = "\"keep one of the two rows, or correct the voter\"";
    let same = format!("4,voter,is the same voter as in line 2,{advice}");
    assert_eq!(faults(&file("Voter-É 1"), &Options::default()), [same]);
    let differently = format!(
        "4,voter,\"is the same voter as in line 2, written differently (case, spaces or composition)\",{advice}"
    );
    for second in ["voter-é 1", "Voter-É  1 ", "VOTER-É\u{a0}1", "Voter-É 1\u{200b}"] {
        let found = faults(&file(second), &Options::default());
        assert!(found.len() == 1 && found[0].starts_with("4,voter,"), "{second}: {found:?}");
    }
    assert_eq!(faults(&file("voter-é 1"), &Options::default()), [differently]);
    assert!(read(&file("Voter-É 2")).is_ok());
    let persons = "voter,region,language,name,address\n1,ZH,kk,N,A\n2,ZH,kk,n, a\n3,ZH,kk,N,B\n";
    assert_eq!(read(persons).unwrap().same_person, 1, "a note, not a fault: namesakes share a house");
}

#[test]
fn regions_and_languages_are_held_against_the_manifest() {
    let manifest = manifest();
    let options = Options { manifest: Some(&manifest), ..Options::default() };
    let read =
        |rows: &str| import(format!("voter,region,language\n{rows}").into_bytes(), &options, &|_, _| ());
    let language = manifest.document().languages[0].clone();
    let names = read(&format!("1,Zürich,{language}\n2,ZH,{language}\n3,GRAUBÜNDEN,{language}\n")).unwrap();
    assert_eq!(names.people.regions, ["ZH", "GR"], "names are brought to the manifest's ids");
    let unknown = faults(&format!("voter,region,language\n1,Savoyen,{language}\n"), &options);
    assert!(
        unknown[0].starts_with(
            "2,region,is no region of the manifest,\"write the id or the name that the manifest has: ZH, BE, "
        ),
        "{unknown:?}"
    );
    let foreign = faults("voter,region,language\n1,ZH,tlh\n", &options);
    assert!(foreign[0].starts_with("2,language,is no language of the manifest,"), "{foreign:?}");
    // Without a manifest regions are taken as they stand, but each must be written in one way.
    let mixed = faults("voter,region,language\n1,ZH,kk\n2,zh,kk\n", &Options::default());
    assert_eq!(
        mixed,
        ["3,region,is written differently elsewhere (case or spaces),write every region in one way"]
    );
}

#[test]
fn letters_that_an_old_encoding_lacks_are_found_as_lost() {
    let saved = |name: &str| {
        let text = format!("избиратель;регион;язык;имя\nvoter-000001;ZH;ru;{name}\n");
        encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()
    };
    let read = |name: &str| import(saved(name), &Options::default(), &|_, _| ());
    assert_eq!(read("Имя").unwrap().encoding, Encoding::Windows1251);
    assert!(matches!(read("?сем"), Err(ImportError::Rows(_))), "Ә and Ө become question marks");
}

#[test]
fn the_error_file_is_run_by_no_spreadsheet() {
    let faults = faults(
        "=voter,region,language\n,ZH,kk\n",
        &Options {
            named: Named { voter: Some("=voter".to_owned()), ..Named::default() },
            ..Options::default()
        },
    );
    assert!(faults[0].starts_with("2,'=voter,is empty,"), "{faults:?}");
}
