//! The page of Diffgram Portal: mounts the app, and shows a crash screen if it ever panics.
#![recursion_limit = "256"]
#![expect(clippy::needless_pass_by_value, reason = "properties of components are owned")]

mod admin;
mod api;
mod app;
mod areas;
mod compare;
mod embed;
mod explorer;
mod file;
mod filters;
mod inbox;
mod links;
mod live;
mod news;
mod next;
mod palette;
mod paths;
mod platform;
mod route;
mod schema;
mod session;
mod stage;
mod task;
mod text;
mod ui;

fn main() {
    std::panic::set_hook(Box::new(platform::crashed));
    paths::start(&platform::location().pathname().unwrap_or_default());
    text::start();
    leptos::mount::mount_to_body(app::App);
}
