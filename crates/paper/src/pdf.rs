//! Writing pages as PDF/A-2a and PDF/UA-1: the font embedded, every glyph with its letters, every part tagged, no date but
//! the one that is given.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, ValidationError};
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::{Document, SerializeSettings};
use thiserror::Error;

use crate::face::{Faces, Missing};
use crate::page::{Item, Layout, PAGE_HEIGHT, PAGE_WIDTH, Placed};
use crate::qr::{QrError, runs};
use crate::structure::Begins;

/// Why no document was written.
#[derive(Debug, Error)]
pub enum PaperError {
    /// The built-in font cannot be read.
    #[error("the font of this program is damaged")]
    Font,
    /// A letter that the font lacks.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// Too long for a QR code.
    #[error(transparent)]
    Qr(#[from] QrError),
    /// The date lies outside the calendar of documents.
    #[error("the document's date lies outside the years 1 to 9999")]
    Date,
    /// The document is not PDF/A.
    #[error("the document cannot be written as PDF/A: {0}")]
    Pdf(String),
}

/// What a document says of itself.
#[derive(Clone, Debug)]
pub struct About {
    /// Its title.
    pub title: String,
    /// Its language, as a tag like `kk`.
    pub language: String,
    /// The program that made it.
    pub creator: String,
    /// The time that it names as its own, in seconds since 1970-01-01T00:00:00Z. Never the clock's, so that the same content
    /// gives the same bytes.
    pub seconds: u64,
}

/// The bytes of a document of these pages.
///
/// # Errors
/// [`PaperError`] names the letter that the font lacks, or what is not PDF/A.
pub fn write(about: &About, faces: &Faces, layout: &Layout) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PaperError::Pdf(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let metadata = Metadata::new()
        .title(about.title.clone())
        .language(about.language.clone())
        .creator(about.creator.clone())
        .creation_date(date(about.seconds)?);
    document.set_metadata(metadata);
    let Layout { pages, structure } = layout;
    let mut drawn = vec![Vec::new(); structure.count()];
    let mut begins: Vec<Begins> = vec![None; structure.count()];
    for (number, page) in pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
            .ok_or_else(|| PaperError::Pdf("no page".to_owned()))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        for Placed { item, part } in &page.items {
            let tagged = surface.start_tagged(tag_of(item, part.is_some()));
            let done = draw(&mut surface, faces, item);
            surface.end_tagged();
            done?;
            let Some(part) = *part else { continue };
            if let Some(drawn) = drawn.get_mut(part) {
                drawn.push(tagged);
            }
            if let Some(begins) = begins.get_mut(part) {
                begins.get_or_insert((number, top_of(item)));
            }
        }
        surface.finish();
        sheet.finish();
    }
    document.set_tag_tree(structure.tree(&about.language, &drawn));
    document.set_outline(structure.outline(&begins));
    document.finish().map_err(|error| PaperError::Pdf(words(&error)))
}

/// What a thing is to a reader who hears the page: a line, a picture, or nothing.
const fn tag_of(item: &Item, is_part: bool) -> ContentTag<'static> {
    match item {
        Item::Text { .. } if is_part => {
            ContentTag::Span(SpanTag { lang: None, alt_text: None, expanded: None, actual_text: None })
        }
        Item::Qr { .. } if is_part => ContentTag::Other,
        Item::Text { .. } => {
            ContentTag::Artifact(Artifact { kind: ArtifactType::PaginationOther, bbox: None })
        }
        _ => ContentTag::Artifact(Artifact { kind: ArtifactType::Layout, bbox: None }),
    }
}

const fn top_of(item: &Item) -> f32 {
    match item {
        Item::Text { y, size, .. } => *y - *size,
        Item::Box { y, .. } | Item::Qr { y, .. } => *y,
    }
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, item: &Item) -> Result<(), PaperError> {
    match item {
        Item::Text { x, y, size, weight, grey, text } => {
            faces.ensure(text)?;
            let face = faces.of(*weight);
            surface.set_fill(Some(fill(*grey)));
            let at = Point::from_xy(*x, *y);
            surface.draw_glyphs(at, &face.glyphs(text), face.font().clone(), text, *size, false);
        }
        Item::Box { x, y, width, height, grey } => {
            surface.set_fill(Some(fill(*grey)));
            if let Some(path) = boxes(&[[*x, *y, *width, *height]]) {
                surface.draw_path(&path);
            }
        }
        Item::Qr { x, y, size, text } => {
            surface.set_fill(Some(fill(0)));
            let runs = runs(text, *size)?;
            let placed: Vec<_> =
                runs.iter().map(|[left, top, width, height]| [x + left, y + top, *width, *height]).collect();
            if let Some(path) = boxes(&placed) {
                surface.draw_path(&path);
            }
        }
    }
    Ok(())
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

/// None where there is no box with an area.
fn boxes(boxes: &[[f32; 4]]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for [x, y, width, height] in boxes {
        if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
            builder.push_rect(rect);
        }
    }
    builder.finish()
}

fn date(seconds: u64) -> Result<DateTime, PaperError> {
    let second = i64::try_from(seconds).map_err(|_| PaperError::Date)?;
    let civil = TimeZone::UTC.to_datetime(Timestamp::from_second(second).map_err(|_| PaperError::Date)?);
    let part = |number: i8| u8::try_from(number).map_err(|_| PaperError::Date);
    let year = u16::try_from(civil.year()).map_err(|_| PaperError::Date)?;
    Ok(DateTime::new(year)
        .month(part(civil.month())?)
        .day(part(civil.day())?)
        .hour(part(civil.hour())?)
        .minute(part(civil.minute())?)
        .second(part(civil.second())?)
        .utc_offset_hour(0)
        .utc_offset_minute(0))
}

/// The first thing that is not PDF/A, without the font's own bytes.
fn words(error: &KrillaError) -> String {
    let KrillaError::Validation(errors) = error else { return error.to_string() };
    match errors.first().map(|(first, _)| first) {
        Some(ValidationError::ContainsNotDefGlyph(_, _, text)) => {
            format!("the font lacks a letter of {text:?}")
        }
        Some(ValidationError::NoCodepointMapping(..)) => "a glyph stands for no letter".to_owned(),
        Some(ValidationError::InvalidCodepointMapping(_, _, c, _)) => {
            format!("U+{:04X} may not stand", u32::from(*c))
        }
        Some(ValidationError::RestrictedLicense(_)) => "the font may not be embedded".to_owned(),
        Some(ValidationError::TooLongString) => "a text is too long".to_owned(),
        _ => error.to_string(),
    }
}
