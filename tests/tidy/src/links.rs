//! Links between documents lead somewhere: the file is in the tree, the heading in the file.
//!
//! Addresses of the web are not asked for: a check must not depend on other people's machines.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::Violation;
use crate::modules::normal;
use crate::tree::{Tree, has_extension};

/// Links and pictures in Markdown files that lead nowhere.
pub fn broken(tree: &Tree) -> Vec<Violation> {
    let documents = tree.texts().filter(|(path, _)| has_extension(path, "md"));
    let pages: BTreeMap<&str, Page> =
        documents.map(|(path, text)| (path, Page::read(text))).collect();
    let mut found = Vec::new();
    for (path, page) in &pages {
        for (line, target) in &page.links {
            if let Some(why) = fault(tree, &pages, path, target) {
                found.push(Violation::new(path, *line, format!("link `{target}`: {why}")));
            }
        }
    }
    found
}

/// What a document links to, and where links into it may point.
#[derive(Default)]
struct Page {
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    page.links.push((line, dest_url.into_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.add_heading(&heading.take().unwrap_or_default());
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => page.add_html(&html),
                _ => {}
            }
        }
        page
    }

    /// The anchor that GitHub makes of a heading; repeats are numbered.
    fn add_heading(&mut self, heading: &str) {
        let kept = heading.trim().to_lowercase().replace(' ', "-");
        let slug: String =
            kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        let numbered = (1..).map(|n| format!("{slug}-{n}"));
        let free = std::iter::once(slug.clone()).chain(numbered);
        self.anchors.extend(free.into_iter().find(|anchor| !self.anchors.contains(anchor)));
    }

    /// `<a id="…">` and the like.
    fn add_html(&mut self, html: &str) {
        for mark in ["id=\"", "name=\""] {
            let values = html.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
            self.anchors.extend(values.map(str::to_owned));
        }
    }
}

/// What is wrong with a link from the document at `path`, if anything.
fn fault(tree: &Tree, pages: &BTreeMap<&str, Page>, path: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    if target.starts_with('/') {
        return Some("is absolute: make it relative to this document".to_owned());
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = match file {
        "" => path.to_owned(),
        file => normal(&format!("{folder}/{}", file.replace("%20", " "))),
    };
    if !tree.holds(&file) {
        return Some(format!("there is no {file}"));
    }
    let page = pages.get(file.as_str())?;
    (!anchor.is_empty() && !page.anchors.contains(anchor))
        .then(|| format!("{file} has no heading for #{anchor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<String> {
        let tree = Tree::sample(&[
            ("docs/a.md", text),
            ("README.md", "# Two commands: `make up`!\n## Same\n## Same\n<a id=\"own\"></a>\n"),
            ("router/src/lib.rs", ""),
        ]);
        broken(&tree).into_iter().map(|found| found.to_string()).collect()
    }

    #[test]
    fn good_links_pass() {
        let text = "# Top\n[a](../README.md#two-commands-make-up) [b](../router/src) [c](#top)\n\
            [d](https://example.org/x) ![e](../router/src/lib.rs) [f](../README.md#same-1)\n\
            [g](../README.md#own) [h](..) `[i](nowhere.md)`\n";
        assert_eq!(check(text), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_bad_link_is_found() {
        for bad in ["gone.md", "../README.md#same-2", "#gone", "/README.md", "../../x.md"] {
            let found = check(&format!("# Top\n\n[a]({bad})\n"));
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
            assert!(found[0].starts_with(&format!("docs/a.md:3: link `{bad}`")), "{found:?}");
        }
    }

    #[test]
    fn a_link_in_a_table_and_by_reference_is_found() {
        let text = "| a |\n|---|\n| [x](gone.md) |\n\n[y][ref]\n\n[ref]: lost.md\n";
        assert_eq!(check(text).len(), 2);
    }
}
