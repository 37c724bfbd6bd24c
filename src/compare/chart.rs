//! Precision over recall as a drawing, and the same numbers as a table.

use leptos::prelude::*;

use crate::text::{compare as words, file, hundredths, t};

/// One line of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is of.
    pub name: String,
    /// The best precision at each recall or beyond, from 0 to 1 in equal steps.
    pub precisions: Vec<f64>,
}

/// A line's looks: the first is drawn through, the second dashed.
const LOOKS: [&str; 2] = ["line-a", "line-b"];
/// Steps of the table.
const STEPS: usize = 10;

/// Where the line runs, in a drawing of 100 by 100: level up to each recall, then down to what is left.
fn points(precisions: &[f64]) -> String {
    let steps = precisions.len().saturating_sub(1).max(1);
    let mut points = String::new();
    let mut last = None;
    for (i, precision) in precisions.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a hundred steps")]
        let (x, y) = (i as f64 * 100.0 / steps as f64, 100.0 - precision * 100.0);
        if let Some(last) = last.filter(|last| *last != y) {
            points.push_str(&format!("{x:.2},{last:.2} "));
        }
        points.push_str(&format!("{x:.2},{y:.2} "));
        last = Some(y);
    }
    points
}

/// The drawing, with what its lines are, and a table of it.
#[component]
pub fn Chart(lines: Vec<Line>) -> AnyView {
    let drawn = lines
        .iter()
        .zip(LOOKS)
        .map(|(line, look)| view! { <polyline class=look points=points(&line.precisions)/> }.into_any());
    let grid = [25, 50, 75].map(|at| {
        view! {
            <line class="grid" x1="0" x2="100" y1=at.to_string() y2=at.to_string()/>
            <line class="grid" y1="0" y2="100" x1=at.to_string() x2=at.to_string()/>
        }
        .into_any()
    });
    let is_named = lines.len() > 1;
    let key = lines.iter().zip(LOOKS).filter(|_| is_named).map(|(line, look)| {
        let name = line.name.clone();
        view! { <li><svg viewBox="0 0 24 4" aria-hidden="true"><line class=look x1="0" x2="24" y1="2" y2="2"/></svg><bdi>{name}</bdi></li> }
            .into_any()
    });
    let names = lines.iter().map(|line| {
        let name = if is_named { line.name.clone() } else { t(file::PRECISION).to_owned() };
        view! { <th scope="col"><bdi>{name}</bdi></th> }.into_any()
    });
    let rows = (0..=STEPS).map(|step| {
        #[expect(clippy::cast_precision_loss, reason = "ten steps")]
        let recall = hundredths(step as f64 / STEPS as f64);
        let cells = lines.iter().map(|line| {
            let at = step * line.precisions.len().saturating_sub(1) / STEPS;
            let precision = line.precisions.get(at).copied().unwrap_or_default();
            view! { <td class="num">{hundredths(precision)}</td> }.into_any()
        });
        view! { <tr><th scope="row" class="num">{recall}</th>{cells.collect::<Vec<_>>()}</tr> }.into_any()
    });
    view! {
        <figure class="curve">
            <div class="plot" aria-hidden="true">
                <span class="up">{t(file::PRECISION)}</span>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none">{grid.into_iter().collect::<Vec<_>>()}{drawn.collect::<Vec<_>>()}</svg>
                <span class="along"><span class="num">"0"</span><span>{t(file::RECALL)}</span><span class="num">"1"</span></span>
            </div>
            <ul class="curve-key">{key.collect::<Vec<_>>()}</ul>
            <details>
                <summary>{t(words::AS_TABLE)}</summary>
                <table class="numbers">
                    <thead><tr><th scope="col">{t(file::RECALL)}</th>{names.collect::<Vec<_>>()}</tr></thead>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            </details>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_level_until_precision_is_lost() {
        assert_eq!(points(&[1.0, 1.0, 0.5]), "0.00,0.00 50.00,0.00 100.00,0.00 100.00,50.00 ");
        assert_eq!(points(&[]), "");
        assert_eq!(points(&[0.25]), "0.00,75.00 ");
    }
}
