//! A text with its lines counted, each in its own direction, and what was marked in it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use portal_model::{
    annotation::Geometry,
    api::{Media, path},
    file::FileSummary,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::{Shown, draw};
use crate::{
    paths,
    text::{t, t_with, task as words},
};

/// A word of the list is looked for no further on in the text than this, in bytes: one that is not there must not take long.
const AHEAD: usize = 4_096;
/// Of a marked stretch so many characters are told in the list.
const TOLD: usize = 80;

/// What came.
#[derive(Clone, Default)]
struct Text {
    text: String,
    is_cut: bool,
    /// Where each word begins and ends, in bytes; `None` for one that is not in what is shown.
    words: Vec<Option<(usize, usize)>>,
}

/// Bytes as text; `None` when they did not come.
async fn fetched(url: &str) -> Option<(String, bool)> {
    let answer = JsFuture::from(window().fetch_with_str(&paths::at(url))).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let is_cut = answer.headers().get(Media::CUT).ok().flatten().is_some();
    Some((JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?, is_cut))
}

/// Where the words of a list stand in a text: one after the other.
fn places(text: &str, words: &[String]) -> Vec<Option<(usize, usize)>> {
    let mut from = 0;
    words
        .iter()
        .map(|word| {
            let end = text.len().min(from + AHEAD + word.len());
            let end = (end..=text.len()).find(|at| text.is_char_boundary(*at))?;
            let at = from + text.get(from..end)?.find(word.as_str())?;
            from = at + word.len();
            (!word.is_empty()).then_some((at, from))
        })
        .collect()
}

/// A piece of a line, and which annotations it belongs to.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    from: usize,
    to: usize,
    marks: Vec<usize>,
}

/// Cuts a line where marks begin and end. Marks are in bytes of the whole text, with their places in the list.
fn pieces(line: (usize, usize), marks: &[(usize, usize, usize)]) -> Vec<Piece> {
    let here = || marks.iter().filter(|(from, to, _)| *from < line.1 && *to > line.0);
    let mut cuts: BTreeSet<usize> = BTreeSet::from([line.0, line.1]);
    cuts.extend(here().flat_map(|(from, to, _)| [(*from).max(line.0), (*to).min(line.1)]));
    let cuts: Vec<usize> = cuts.into_iter().collect();
    cuts.windows(2)
        .map(|cut| {
            let over = here().filter(|(from, to, _)| *from <= cut[0] && *to >= cut[1]);
            Piece { from: cut[0], to: cut[1], marks: over.map(|(.., index)| *index).collect() }
        })
        .collect()
}

/// A text.
#[component]
pub fn TextStage(file: FileSummary, shown: Shown) -> impl IntoView {
    let read = RwSignal::new(None::<Text>);
    let failed = RwSignal::new(false);
    let id = file.id;
    leptos::task::spawn_local(async move {
        let Some((text, is_cut)) = fetched(&path::media(id, Media::Text)).await else {
            let _ = failed.try_set(true);
            return;
        };
        let _ = read.try_set(Some(Text { text: text.clone(), is_cut, words: Vec::new() }));
        // Without the words the text is there all the same; only where its annotations are is not known.
        let has_marks = shown.annotations.try_with_untracked(|all| !all.is_empty()).unwrap_or(false);
        if has_marks
            && let Some((list, _)) = fetched(&path::media(id, Media::Tokens)).await
            && let Ok(list) = serde_json::from_str::<Vec<String>>(&list)
        {
            let words = places(&text, &list);
            let _ = read.try_set(Some(Text { text, is_cut, words }));
        }
    });
    // What is marked: from, to, and which annotation.
    let marks = Memo::new(move |_| {
        let view = shown.view.get();
        read.with(|read| {
            let read = read.as_ref()?;
            let place = |word: u32| read.words.get(word as usize).copied().flatten();
            Some(shown.annotations.with(|all| {
                let visible = all.iter().enumerate().filter(|(_, annotation)| view.hides(annotation).is_none());
                visible
                    .filter_map(|(index, annotation)| match annotation.geometry {
                        Geometry::Words { first, last } => Some((place(first)?.0, place(last)?.1, index)),
                        _ => None,
                    })
                    .filter(|(from, to, _)| from < to)
                    .collect::<Vec<_>>()
            }))
        })
        .unwrap_or_default()
    });
    Effect::new(move |_| {
        let told = marks.with(|marks| {
            read.with_untracked(|read| {
                let text = read.as_ref().map_or("", |read| &read.text);
                let told = |(from, to, index): &(usize, usize, usize)| {
                    Some((*index, text.get(*from..*to)?.chars().take(TOLD).collect::<String>()))
                };
                marks.iter().filter_map(told).collect()
            })
        });
        shown.excerpts.set(told);
    });
    let label = t_with(words::TEXT_OF, &[("name", &file.name)]);
    view! {
        <Show when=move || !failed.get() fallback=|| nothing(t(words::TEXT_FAILED))>
            <div class="text-stage" role="region" aria-label=label.clone() tabindex="0">
                {move || read.with(|read| read.as_ref().map(|read| read.is_cut)).map(|is_cut| view! {
                    <ol>{move || lines(read, &marks.read(), shown)}</ol>
                    {is_cut.then(|| view! { <p class="note">{t(words::TEXT_CUT)}</p> })}
                })}
            </div>
        </Show>
    }
}

/// Something did not come.
pub fn nothing(title: &'static str) -> AnyView {
    view! { <div class="nothing" role="alert"><strong>{title}</strong><p>{t(words::PICTURE_FAILED_WORDS)}</p></div> }
        .into_any()
}

fn lines(read: RwSignal<Option<Text>>, marks: &[(usize, usize, usize)], shown: Shown) -> Vec<AnyView> {
    read.with_untracked(|read| {
        let text = read.as_ref().map_or("", |read| read.text.as_str());
        let mut from = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let start = from;
            from += line.len();
            let pieces = pieces((start, start + line.trim_end_matches(['\n', '\r']).len()), marks);
            let pieces: Vec<AnyView> = pieces
                .into_iter()
                .map(|piece| drawn(text.get(piece.from..piece.to).unwrap_or_default(), piece.marks, shown))
                .collect();
            // An empty line keeps its height.
            view! { <li dir="auto">{pieces}<br/></li> }.into_any()
        });
        lines.collect()
    })
}

fn drawn(text: &str, marks: Vec<usize>, shown: Shown) -> AnyView {
    let Some(first) = marks.last().copied() else { return text.to_owned().into_any() };
    let (colour, predicted) = shown.annotations.with_untracked(|all| {
        let annotation = all.get(first);
        let colour =
            shown.labels.with_untracked(|labels| annotation.map(|annotation| draw::colour(labels, annotation)));
        (colour.unwrap_or_default(), annotation.is_some_and(|annotation| annotation.prediction.is_some()))
    });
    let on = move || shown.marked().is_some_and(|marked| marks.contains(&marked));
    view! {
        <mark class:on=on class:predicted=predicted style:border-color=colour
            on:click=move |_| shown.pinned.update(|pinned| *pinned = (*pinned != Some(first)).then_some(first))
        >{text.to_owned()}</mark>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_one_after_the_other_and_missing_ones_stop_nothing() {
        let list: Vec<String> = ["a", "b", "nowhere", "a", "é", ""].map(str::to_owned).into();
        assert_eq!(places("a b a é", &list), [Some((0, 1)), Some((2, 3)), None, Some((4, 5)), Some((6, 8)), None]);
        assert_eq!(places("", &list), [None; 6]);
    }

    #[test]
    fn lines_are_cut_where_marks_begin_and_end() {
        let piece = |from, to, marks: &[usize]| Piece { from, to, marks: marks.to_vec() };
        assert_eq!(pieces((10, 20), &[]), [piece(10, 20, &[])]);
        assert_eq!(pieces((10, 10), &[(0, 99, 1)]), []);
        assert_eq!(
            pieces((10, 20), &[(5, 12, 0), (11, 15, 1), (30, 40, 2)]),
            [piece(10, 11, &[0]), piece(11, 12, &[0, 1]), piece(12, 15, &[1]), piece(15, 20, &[])]
        );
    }
}
