//! What changes within a view, of one type however it is made: each closure with a type of its own costs the first page some
//! kilobytes of code that draws it and draws it anew.

use leptos::prelude::*;

/// Whatever it is now.
pub fn changing(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(view);
    view.into_any()
}

/// There or not.
pub fn at_times(view: impl FnMut() -> Option<AnyView> + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> Option<AnyView> + Send> = Box::new(view);
    view.into_any()
}

/// Words; none are no words.
pub fn saying(words: impl FnMut() -> String + Send + 'static) -> AnyView {
    let words: Box<dyn FnMut() -> String + Send> = Box::new(words);
    words.into_any()
}
