//! What must hold for a file, and for one annotation on it, with everything that a query names looked up.

use portal_model::query::{Compare, Measure, Score, Span, TimeField};

use crate::index::{
    columns::{Bits, Drawn, File, Files, Value},
    files::millionths,
};

/// What must hold for one annotation.
pub(super) enum On {
    Label(Vec<u32>),
    Run(Vec<u32>),
    /// From here to below there: each score that rounds as asked, and no other.
    Score(f64, f64),
    /// A place in [`Shape::ALL`].
    Shape(u8),
    Frame(Compare, i64),
    Answer(Vec<Asked>),
}

/// What must have been answered to a question.
pub(super) struct Asked {
    pub(super) attribute: u32,
    pub(super) options: Vec<i64>,
    pub(super) said: Said,
}

pub(super) enum Said {
    /// The same text when folded, or the same number.
    Is(String, Option<i64>),
    /// A number that compares so.
    Number(Compare, i64),
}

impl Asked {
    pub(super) fn is(&self, value: &Value) -> bool {
        let number = |text: &str| text.trim().parse().ok().and_then(Score::new).map(Score::millionths);
        match (value, &self.said) {
            (Value::Option(option), _) => self.options.contains(option),
            (Value::Said(text), Said::Is(asked, as_number)) => {
                **text == **asked || as_number.is_some() && number(text) == *as_number
            }
            (Value::Said(text), Said::Number(compare, asked)) => {
                number(text).is_some_and(|own| compares(own, *compare, *asked))
            }
        }
    }
}

pub(super) fn compares(own: i64, compare: Compare, asked: i64) -> bool {
    match compare {
        Compare::AtLeast => own >= asked,
        Compare::AtMost => own <= asked,
        Compare::Above => own > asked,
        Compare::Below => own < asked,
        Compare::Equal => own == asked,
    }
}

/// A whole number, as numbers are compared.
pub(super) fn whole(number: impl Into<i64>) -> i64 {
    number.into().saturating_mul(1_000_000)
}

impl On {
    /// Whether it holds for the annotation at a place of a file.
    pub(super) fn holds(&self, file: &File, at: usize, drawn: Drawn) -> bool {
        match self {
            Self::Label(labels) => labels.contains(&drawn.label),
            Self::Run(runs) => runs.contains(&drawn.run),
            // What has no score is no number, and not in any range.
            Self::Score(from, to) => drawn.score >= *from && drawn.score < *to,
            Self::Shape(shape) => drawn.shape == *shape,
            Self::Frame(compare, asked) => drawn.frame().is_some_and(|frame| compares(whole(frame), *compare, *asked)),
            Self::Answer(asked) => {
                file.answers.iter().filter(|answer| answer.on as usize == at).any(|answer| {
                    asked.iter().any(|asked| asked.attribute == answer.attribute && asked.is(&answer.value))
                })
            }
        }
    }

    /// Files that have an annotation for which this holds, if that is known without a look at each; else files that may. Nothing
    /// when that would be all.
    pub(super) fn files(&self, files: &Files) -> Option<(Bits, bool)> {
        let mut found = Bits::default();
        match self {
            Self::Label(labels) => labels.iter().for_each(|label| found.join(files.with_label(*label))),
            Self::Run(runs) => runs.iter().for_each(|run| found.join(files.with_run(*run))),
            Self::Score(from, to) => {
                let open = *from == f64::NEG_INFINITY || *to == f64::INFINITY;
                found.extend(files.scored().filter(|(_, low, high)| high >= from && low < to).map(|(place, ..)| place));
                return Some((found, open));
            }
            Self::Answer(asked) => {
                asked.iter().for_each(|asked| found.join(files.answered(asked.attribute)));
                return Some((found, false));
            }
            Self::Shape(_) | Self::Frame(..) => return None,
        }
        Some((found, true))
    }
}

/// Scores in whole millionths that compare so.
pub(super) fn range(compare: Compare, asked: i64) -> (f64, f64) {
    let above = || first_at_least(asked.saturating_add(1));
    match compare {
        Compare::AtLeast => (first_at_least(asked), f64::INFINITY),
        Compare::Above => (above(), f64::INFINITY),
        Compare::AtMost => (f64::NEG_INFINITY, above()),
        Compare::Below => (f64::NEG_INFINITY, first_at_least(asked)),
        Compare::Equal => (first_at_least(asked), above()),
    }
}

/// The smallest number that rounds to so many millionths or more: looked for among all numbers, so that it is exact.
pub(super) fn first_at_least(asked: i64) -> f64 {
    // Numbers in the order of their bits, as `f64::total_cmp` has it.
    let number = |key: i64| f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64);
    let key = |number: f64| {
        let bits = number.to_bits() as i64;
        bits ^ (((bits >> 63) as u64) >> 1) as i64
    };
    let (mut low, mut high) = (key(f64::MIN), key(f64::MAX));
    while low < high {
        let middle = low.midpoint(high);
        let middle = if middle == high { low } else { middle };
        if millionths(number(middle)) >= asked {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    number(low)
}

/// A tree with everything looked up.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// One of these files, or of all, has an annotation for which all of these hold.
    One(Option<Bits>, Vec<On>),
    Name(String),
    /// The file is one of these.
    Among(Bits),
    Kind(Option<u32>),
    Drawn,
    Measure(Measure, Compare, i64),
    Time(TimeField, Span),
    /// So many of these labels, or of all.
    Count(Option<Vec<u32>>, Compare, i64),
    /// The ids of both sides' runs, and what their difference must be.
    Differ(Vec<(i64, i64)>, Compare, i64),
}

impl Test {
    pub(super) fn holds(&self, place: u32, file: &File) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(place, file)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(place, file)),
            Self::Not(part) => !part.holds(place, file),
            Self::One(files, asked) => files.as_ref().is_none_or(|files| files.has(place)) && has_one(asked, file),
            Self::Name(text) => file.name.contains(text.as_str()),
            Self::Among(files) => files.has(place),
            Self::Kind(kind) => *kind == Some(file.kind),
            Self::Drawn => !file.drawn.is_empty(),
            Self::Measure(measure, compare, asked) => {
                measured(*measure, file).is_some_and(|own| compares(own, *compare, *asked))
            }
            Self::Time(field, span) => {
                let at = match field {
                    TimeField::Created => &file.created,
                    TimeField::Updated => &file.changed,
                };
                let from = span.from.as_ref().is_none_or(|from| **at >= *from.0);
                !at.is_empty() && from && span.before.as_ref().is_none_or(|before| **at < *before.0)
            }
            Self::Count(labels, compare, asked) => {
                let counts = |drawn: &&Drawn| labels.as_ref().is_none_or(|labels| labels.contains(&drawn.label));
                compares(count_of(file.drawn.iter().filter(counts).count()), *compare, *asked)
            }
            Self::Differ(sides, compare, asked) => {
                file.differ.iter().any(|differ| sides.contains(&differ.sides) && compares(differ.by, *compare, *asked))
            }
        }
    }
}

pub(super) fn count_of(n: usize) -> i64 {
    whole(i64::try_from(n).unwrap_or(i64::MAX))
}

/// What a file measures, in millionths; nothing while that is not known.
pub(super) fn measured(measure: Measure, file: &File) -> Option<i64> {
    let own = match measure {
        Measure::Width => whole(file.width),
        Measure::Height => whole(file.height),
        Measure::Duration => file.lasts,
    };
    (own > 0).then_some(own)
}

/// Whether a file has an annotation for which all of these hold.
pub(super) fn has_one(asked: &[On], file: &File) -> bool {
    let answer = asked.iter().find_map(|on| match on {
        On::Answer(asked) => Some(asked),
        _ => None,
    });
    let Some(answer) = answer else {
        return file.drawn.iter().enumerate().any(|(at, drawn)| all_hold(asked, file, at, *drawn));
    };
    // Answers are few beside annotations: each is looked at once.
    file.answers.iter().any(|own| {
        answer.iter().any(|asked| asked.attribute == own.attribute && asked.is(&own.value))
            && file.drawn.get(own.on as usize).is_some_and(|drawn| all_hold(asked, file, own.on as usize, *drawn))
    })
}

pub(super) fn all_hold(asked: &[On], file: &File, at: usize, drawn: Drawn) -> bool {
    asked.iter().all(|on| on.holds(file, at, drawn))
}

/// A number that looks random, of a file in a chance (SplitMix64, Steele et al., "Fast splittable pseudorandom number
/// generators").
pub(super) fn chance(seed: u32, id: i64) -> u64 {
    let mut mixed = (id as u64).wrapping_add((u64::from(seed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
        mixed = (mixed ^ (mixed >> shift)).wrapping_mul(factor);
    }
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_range_holds_exactly_the_scores_that_round_so(asked in -3_000_000_i64..3_000_000, by in -4_i64..4, score in -3.0_f64..3.0) {
            let near = (asked as f64 + by as f64 / 2.0) / 1e6;
            let nearly = [near, near.next_up(), near.next_down(), near.next_up().next_up(), score];
            for (compare, own) in Compare::ALL.iter().flat_map(|compare| nearly.map(|own| (*compare, own))) {
                let (from, to) = range(compare, asked);
                let rounded = Score::new(own).expect("a score").millionths();
                let due = match compare {
                    Compare::AtLeast => rounded >= asked,
                    Compare::AtMost => rounded <= asked,
                    Compare::Above => rounded > asked,
                    Compare::Below => rounded < asked,
                    Compare::Equal => rounded == asked,
                };
                prop_assert_eq!(own >= from && own < to, due, "{} {:?} {}", own, compare, asked);
            }
        }
    }
}
