//! `[host.look]`: how the frames of a host look where the page around says nothing. Typed and checked, never CSS (EMB-20).

use portal_model::embed::{Density, Look, Scheme};
use serde::Deserialize;

/// What white text on the accent must reach (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;
/// The rounder corners are not, in pixels.
const MAX_RADIUS: u8 = 16;
/// The languages that the portal speaks (`docs/words.md`).
const LOCALES: [&str; 2] = ["en", "de"];

/// As written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawLook {
    scheme: Option<String>,
    accent: Option<String>,
    radius: Option<i64>,
    density: Option<String>,
    locale: Option<String>,
}

/// Checks it.
pub(super) fn check(raw: RawLook) -> Result<Look, String> {
    let scheme = raw.scheme.map(|word| match word.as_str() {
        "auto" => Ok(Scheme::Auto),
        "light" => Ok(Scheme::Light),
        "dark" => Ok(Scheme::Dark),
        _ => Err(format!("`look.scheme` is {word:?}; write \"auto\", \"light\" or \"dark\"")),
    });
    let density = raw.density.map(|word| match word.as_str() {
        "comfortable" => Ok(Density::Comfortable),
        "compact" => Ok(Density::Compact),
        _ => Err(format!("`look.density` is {word:?}; write \"comfortable\" or \"compact\"")),
    });
    let radius = raw.radius.map(|pixels| {
        u8::try_from(pixels)
            .ok()
            .filter(|pixels| *pixels <= MAX_RADIUS)
            .ok_or_else(|| format!("`look.radius` is {pixels}; write 0 to {MAX_RADIUS}, in pixels"))
    });
    let locale = raw.locale.map(|word| {
        let known = LOCALES.contains(&word.as_str());
        if known { Ok(word) } else { Err(format!("`look.locale` is {word:?}; write \"en\" or \"de\"")) }
    });
    Ok(Look {
        scheme: scheme.transpose()?,
        accent: raw.accent.map(|text| accent(&text)).transpose()?,
        radius: radius.transpose()?,
        density: density.transpose()?,
        locale: locale.transpose()?,
        // That is a matter between the frame and the page around.
        height: None,
    })
}

/// A colour on which white can be read (EMB-21).
fn accent(text: &str) -> Result<String, String> {
    let Some(colour) = colour(text) else {
        return Err(format!("`look.accent` is {text:?}; write a colour as \"#rrggbb\", for example \"#0b6bcb\""));
    };
    let contrast = with_white(colour);
    if contrast >= CONTRAST {
        return Ok(text.to_ascii_lowercase());
    }
    let [r, g, b] = darker(colour);
    Err(format!(
        "`look.accent` is {text:?}, on which white text has a contrast of {contrast:.1} to 1 and needs {CONTRAST}; \
         the nearest darker colour that does is \"#{r:02x}{g:02x}{b:02x}\""
    ))
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |from: usize| hex.get(from..from + 2).and_then(|part| u8::from_str_radix(part, 16).ok());
    Some([part(0)?, part(2)?, part(4)?])
}

/// The same colour, only so much darker that white can be read on it.
fn darker(colour: [u8; 3]) -> [u8; 3] {
    let scaled = |of: u16| colour.map(|part| u8::try_from(u16::from(part) * of / 255).unwrap_or_default());
    (0..=255_u16).rev().map(scaled).find(|colour| with_white(*colour) >= CONTRAST).unwrap_or_default()
}

/// Contrast with white, 1 to 21 (WCAG 2.2, "contrast ratio").
fn with_white(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    1.05 / (0.2126f64.mul_add(r, 0.7152f64.mul_add(g, 0.0722 * b)) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emb_21_an_accent_on_which_white_cannot_be_read_is_refused_with_one_on_which_it_can() {
        assert!((with_white([255; 3]) - 1.0).abs() < 1e-9 && (with_white([0; 3]) - 21.0).abs() < 1e-9);
        assert_eq!(accent("#0B6BCB").unwrap(), "#0b6bcb");
        for text in ["#ffd400", "#ffffff", "#4da3ff", "#00ff00"] {
            let error = accent(text).unwrap_err();
            let better = error.rsplit('"').nth(1).unwrap();
            assert_eq!(accent(better).unwrap(), better, "what is advised is taken: {error}");
            let brighter = colour(better).unwrap().map(|part| part.saturating_add(3));
            assert!(with_white(brighter) < CONTRAST, "and is no darker than it must be: {error}");
        }
    }

    #[test]
    fn emb_20_a_look_is_made_of_known_words_and_small_numbers() {
        let look = |text: &str| toml::from_str::<RawLook>(text).map_err(|error| error.to_string()).and_then(check);
        let good = "scheme = \"dark\"\naccent = \"#0b6bcb\"\nradius = 16\ndensity = \"compact\"\nlocale = \"de\"";
        assert_eq!(look(good).unwrap().radius, Some(16));
        assert_eq!(look("").unwrap(), Look::default());
        for text in [
            "accent = \"url(//evil)\"",
            "accent = \"red\"",
            "accent = \"#12345\"",
            "accent = \"#12345é\"",
            "accent = \"#1234567\"",
            "accent = \"#123456;}\"",
            "accent = \"</style>\"",
            "radius = 17",
            "radius = -1",
            "radius = \"expression(1)\"",
            "scheme = \"sepia\"",
            "density = \"tight\"",
            "locale = \"../de\"",
            "css = \"*{}\"",
            "height = \"auto\"",
        ] {
            assert!(look(text).is_err(), "{text}");
        }
    }
}
