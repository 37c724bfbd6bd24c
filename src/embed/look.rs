//! How the frame looks: what the page around says, else what the configuration of the host says. Values are typed and checked;
//! what becomes of them is set property by property, never as CSS text (EMB-20).

use leptos::prelude::*;
use portal_model::{
    colour::{self, Colour, WHITE},
    embed::{Density, HeightMode, Look, Scheme},
};
use wasm_bindgen::JsCast;

use crate::text::{choose, languages};

/// What accents stand on when it is dark (`style/tokens.css`).
const DARK: Colour = [28, 31, 38];
const DARK_BG: Colour = [22, 24, 29];
/// Corners, in pixels.
const MAX_RADIUS: u8 = 16;

/// What the page around says over what the host's configuration says.
pub fn over(said: Look, by_host: &Look) -> Look {
    Look {
        scheme: said.scheme.or(by_host.scheme),
        accent: said.accent.or_else(|| by_host.accent.clone()),
        radius: said.radius.or(by_host.radius),
        density: said.density.or(by_host.density),
        locale: said.locale.or_else(|| by_host.locale.clone()),
        height: said.height.or(by_host.height),
    }
}

/// Shows it. Whether all of it was taken as it was said.
pub fn show(look: &Look) -> bool {
    let Some(root) = document().document_element() else { return true };
    let mark = |name: &str, value: Option<&str>| {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    };
    mark(
        "data-theme",
        match look.scheme {
            Some(Scheme::Light) => Some("light"),
            Some(Scheme::Dark) => Some("dark"),
            Some(Scheme::Auto) | None => None,
        },
    );
    mark("data-density", (look.density == Some(Density::Compact)).then_some("compact"));
    mark("data-height", (look.height == Some(HeightMode::Auto)).then_some("auto"));
    let mut taken = true;
    let mut properties: Vec<(&str, Option<String>)> = Vec::new();
    let given = look.accent.as_deref().map(colour::read);
    let colours = given.flatten().map(Accent::of);
    taken &= given.is_none() || colours.as_ref().is_some_and(|accent| accent.as_given);
    let of = |part: fn(&Accent) -> String| colours.as_ref().map(part);
    properties.push(("--accent", of(|accent| colour::write(accent.plain))));
    properties.push(("--accent-strong", of(|accent| both(accent.plain, accent.on_dark))));
    properties.push(("--selected", of(|accent| both(accent.tint, accent.dark_tint))));
    let radius = look.radius.filter(|radius| *radius <= MAX_RADIUS);
    taken &= radius == look.radius;
    let pixels = |radius: Option<u8>| radius.map(|radius| format!("{radius}px"));
    properties.push(("--r1", pixels(radius.map(|radius| radius.min(4)))));
    properties.push(("--r2", pixels(radius)));
    properties.push(("--r3", pixels(radius.map(|radius| radius.saturating_add(4)))));
    if let Some(style) = root.dyn_ref::<web_sys::HtmlElement>().map(web_sys::HtmlElement::style) {
        for (name, value) in properties {
            let _ = match value {
                Some(value) => style.set_property(name, &value),
                None => style.remove_property(name).map(drop),
            };
        }
    }
    if let Some(wanted) = &look.locale {
        let found = languages().into_iter().find(|language| language.code == *wanted);
        taken &= found.is_some();
        // It loads the page anew, in that language, and then it is there.
        if found.is_some_and(|language| !language.here) {
            choose(wanted);
        }
    }
    taken
}

fn both(light: Colour, dark: Colour) -> String {
    format!("light-dark({}, {})", colour::write(light), colour::write(dark))
}

/// What becomes of an accent.
#[derive(Debug, PartialEq)]
struct Accent {
    /// Behind white text, and as text on white.
    plain: Colour,
    /// As text where it is dark.
    on_dark: Colour,
    /// Behind text, where something is selected.
    tint: Colour,
    dark_tint: Colour,
    /// Nothing had to be put right (EMB-21).
    as_given: bool,
}

impl Accent {
    fn of(given: Colour) -> Self {
        let plain = colour::readable(given, WHITE);
        // Text of the accent stands on the tint, too.
        let (tint, dark_tint) = (colour::mixed(WHITE, plain, 24), colour::mixed(DARK_BG, given, 40));
        let strong = colour::readable(plain, tint);
        Self {
            plain: strong,
            on_dark: colour::readable(colour::readable(given, DARK), dark_tint),
            tint,
            dark_tint,
            as_given: plain == given,
        }
    }
}

#[cfg(test)]
mod tests {
    use portal_model::colour::{CONTRAST, contrast};

    use super::*;

    #[test]
    fn emb_21_whatever_accent_is_said_text_can_be_read() {
        for text in ["#ffd400", "#ffffff", "#000000", "#0b6bcb", "#ff00ff", "#7f7f7f"] {
            let given = colour::read(text).unwrap();
            let accent = Accent::of(given);
            for (text, on) in [
                (WHITE, accent.plain),
                (accent.plain, WHITE),
                (accent.plain, accent.tint),
                (accent.on_dark, DARK),
                (accent.on_dark, accent.dark_tint),
            ] {
                assert!(contrast(text, on) >= CONTRAST, "{given:?}: {text:?} on {on:?}");
            }
        }
        assert!(!Accent::of([255, 212, 0]).as_given);
        assert!(Accent::of([11, 107, 203]).as_given);
    }

    #[test]
    fn what_the_page_around_says_comes_first() {
        let by_host = Look { radius: Some(2), accent: Some("#0b6bcb".into()), ..Look::default() };
        let said = Look { radius: Some(8), ..Look::default() };
        let look = over(said, &by_host);
        assert_eq!((look.radius, look.accent.as_deref()), (Some(8), Some("#0b6bcb")));
    }
}
