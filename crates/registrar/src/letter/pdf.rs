//! Letters as PDF/A-2a and PDF/UA-1: tagged text that can be read out in the voter's language, the font embedded; dated by
//! the opening of the vote, so that the same letters give the same bytes.

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::TagTree;
use krilla::{Document, SerializeSettings};
use zeroize::Zeroizing;

use super::font::Faces;
use super::{Letter, LetterError, Recipient, Vote, page};

/// A PDF that letters are added to, a page each.
pub struct Letters<'v, 'm> {
    vote: &'v Vote<'m>,
    document: Document,
    faces: Faces,
    settings: PageSettings,
    /// Title and language of the first letter.
    first: Option<(String, String)>,
    /// The letters' parts, and where each letter begins, by its roll number.
    tree: TagTree,
    outline: Outline,
    pages: usize,
}

impl<'v, 'm> Letters<'v, 'm> {
    /// Begins a file.
    ///
    /// # Errors
    /// [`LetterError::Pdf`], where the library refuses what it took before.
    pub fn begin(vote: &'v Vote<'m>) -> Result<Self, LetterError> {
        let wrong = |what: &str| LetterError::Pdf(what.to_owned());
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| LetterError::Pdf(format!("{error:?}")))?;
        let serialize = SerializeSettings { configuration, ..SerializeSettings::default() };
        Ok(Self {
            vote,
            document: Document::new_with(serialize),
            faces: Faces::load().ok_or_else(|| wrong("the font cannot be read"))?,
            settings: PageSettings::from_wh(page::SIZE.0, page::SIZE.1)
                .ok_or_else(|| wrong("the page has no size"))?,
            first: None,
            tree: TagTree::new(),
            outline: Outline::new(),
            pages: 0,
        })
    }

    /// Adds a voter's letter.
    ///
    /// # Errors
    /// [`LetterError`].
    pub fn add(&mut self, to: &Recipient<'_>) -> Result<(), LetterError> {
        let letter = Letter::compose(self.vote, to)?;
        let mut page = self.document.start_page_with(self.settings.clone());
        let mut surface = page.surface();
        let drawn = page::draw(&mut surface, &self.faces, &letter, to.number);
        surface.finish();
        page.finish();
        self.tree.push(drawn?);
        let top = XyzDestination::new(self.pages, Point::from_xy(0.0, 0.0));
        self.outline.push_child(OutlineNode::new(letter.number.clone(), top));
        self.pages += 1;
        self.first.get_or_insert_with(|| (letter.title.clone(), to.language.to_owned()));
        Ok(())
    }

    /// The file's bytes, as PDF/A.
    ///
    /// # Errors
    /// [`LetterError::Pdf`].
    pub fn finish(mut self) -> Result<Zeroizing<Vec<u8>>, LetterError> {
        let (title, language) = self.first.unwrap_or_default();
        let metadata = Metadata::new().title(title).language(language);
        let metadata = metadata.creator("plebiscite-registrar".to_owned()).creation_date(date(self.vote)?);
        self.document.set_metadata(metadata);
        self.document.set_tag_tree(self.tree);
        self.document.set_outline(self.outline);
        let bytes = self.document.finish().map_err(|error| LetterError::Pdf(sentence(&error)))?;
        Ok(Zeroizing::new(bytes))
    }
}

/// The date that PDF/A demands: the opening of the vote, whenever the file is made.
fn date(vote: &Vote<'_>) -> Result<DateTime, LetterError> {
    let text = vote.manifest.document().schedule.opens.to_string();
    let mut numbers = text.split(['-', 'T', ':', 'Z']).map_while(|part| part.parse::<u16>().ok());
    let mut next =
        || numbers.next().ok_or_else(|| LetterError::Pdf("the opening time is no date".to_owned()));
    let small = |number: u16| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(next()?).month(small(next()?)).day(small(next()?));
    let date = date.hour(small(next()?)).minute(small(next()?)).second(small(next()?));
    Ok(date.utc_offset_hour(0).utc_offset_minute(0))
}

fn sentence(error: &KrillaError) -> String {
    match error {
        KrillaError::Validation(errors) => errors
            .iter()
            .map(|(error, _)| format!("{error:?}"))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(", "),
        other => format!("{other:?}"),
    }
}
