//! Numbers for people who run the portal: in the log and in what `check` says.

/// A time, coarse, since it is a guess.
pub(crate) fn lasting(seconds: f64) -> String {
    match whole(seconds) {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds @ 100..=5_999 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{:.1} h", f64::from(seconds) / 3600.0),
    }
}

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats stops at the ends")]
pub(crate) fn whole(number: f64) -> u32 {
    number.round() as u32
}

/// 62000 as 62,000.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
