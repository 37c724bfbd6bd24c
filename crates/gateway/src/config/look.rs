//! `[host.look]`: how the frames of a host look where the page around says nothing. Typed and checked, never CSS (EMB-20).

use portal_model::{
    colour::{self, CONTRAST, WHITE},
    embed::{Density, Look, Scheme},
};
use serde::Deserialize;

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
    let Some(given) = colour::read(text) else {
        return Err(format!("`look.accent` is {text:?}; write a colour as \"#rrggbb\", for example \"#0b6bcb\""));
    };
    let contrast = colour::contrast(given, WHITE);
    if contrast >= CONTRAST {
        return Ok(colour::write(given));
    }
    Err(format!(
        "`look.accent` is {text:?}, on which white text has a contrast of {contrast:.1} to 1 and needs {CONTRAST}; \
         the nearest darker colour that does is {:?}",
        colour::write(colour::readable(given, WHITE))
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emb_21_an_accent_on_which_white_cannot_be_read_is_refused_with_one_on_which_it_can() {
        assert_eq!(accent("#0B6BCB").unwrap(), "#0b6bcb");
        for text in ["#ffd400", "#ffffff", "#4da3ff", "#00ff00"] {
            let error = accent(text).unwrap_err();
            let better = error.rsplit('"').nth(1).unwrap();
            assert_eq!(accent(better).unwrap(), better, "what is advised is taken: {error}");
            let brighter = colour::read(better).unwrap().map(|part| part.saturating_add(3));
            assert!(colour::contrast(brighter, WHITE) < CONTRAST, "and is no darker than it must be: {error}");
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
