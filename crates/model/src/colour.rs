//! Colours of host apps: read from `#rrggbb`, and put right until text can be read (WCAG 2.2, 1.4.3).

/// Red, green and blue, 0 to 255 (sRGB).
pub type Colour = [u8; 3];

/// What text must reach against what is behind it.
pub const CONTRAST: f64 = 4.5;
/// White.
pub const WHITE: Colour = [255; 3];
/// Black.
pub const BLACK: Colour = [0; 3];

/// Reads `#rrggbb`, and nothing else (EMB-20).
#[must_use]
pub fn read(text: &str) -> Option<Colour> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |from: usize| hex.get(from..from + 2).and_then(|part| u8::from_str_radix(part, 16).ok());
    Some([part(0)?, part(2)?, part(4)?])
}

/// As `#rrggbb`.
#[must_use]
pub fn write([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// So many 255ths of the way from one to another.
#[must_use]
pub fn mixed(from: Colour, to: Colour, share: u8) -> Colour {
    let mut mixed = from;
    for (part, to) in mixed.iter_mut().zip(to) {
        let (from, to, share) = (u32::from(*part), u32::from(to), u32::from(share));
        *part = u8::try_from((from * (255 - share) + to * share) / 255).unwrap_or_default();
    }
    mixed
}

/// Relative luminance, 0 to 1.
fn light(colour: Colour) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126f64.mul_add(r, 0.7152f64.mul_add(g, 0.0722 * b))
}

/// Contrast of two, 1 to 21 ("contrast ratio").
#[must_use]
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    one.max(other) / one.min(other)
}

/// The same colour, only so much darker or lighter that it has [`CONTRAST`] against what it stands on.
#[must_use]
pub fn readable(colour: Colour, on: Colour) -> Colour {
    let towards = if contrast(on, WHITE) < contrast(on, BLACK) { BLACK } else { WHITE };
    (0..=u8::MAX)
        .map(|share| mixed(colour, towards, share))
        .find(|colour| contrast(*colour, on) >= CONTRAST)
        .unwrap_or(towards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emb_20_a_colour_is_six_digits_and_nothing_else() {
        assert_eq!(read("#0B6bcb"), Some([11, 107, 203]));
        assert_eq!(write([11, 107, 203]), "#0b6bcb");
        for text in ["red", "#12345", "#12345é", "#1234567", "#123456;}", "url(//evil)", "</style>", "#+12345"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn emb_21_what_cannot_be_read_is_put_right_and_no_more_than_it_must() {
        assert!((contrast(WHITE, WHITE) - 1.0).abs() < 1e-9 && (contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        let dark = [22, 24, 29];
        for text in ["#ffd400", "#ffffff", "#4da3ff", "#00ff00", "#000000", "#0b6bcb"] {
            let colour = read(text).unwrap();
            for on in [WHITE, dark] {
                let right = readable(colour, on);
                assert!(contrast(right, on) >= CONTRAST, "{text}");
                assert!(contrast(colour, on) < CONTRAST || right == colour, "{text} stays");
            }
        }
    }
}
