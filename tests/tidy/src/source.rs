//! One Rust file seen through its syntax: its functions, modules and tests.

use proc_macro2::TokenTree;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, ImplItemFn, Item, ItemFn, ItemMod, Macro, Meta, Signature, TraitItemFn,
};

use crate::Violation;

/// A parsed file.
pub struct Source {
    file: syn::File,
}

/// A function and where it lies.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of its `fn`.
    pub line: usize,
    /// Lines from its `fn` to its closing brace.
    pub length: usize,
}

/// A module or `include!` that names another file.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    /// Inline modules around it, outermost first.
    pub inside: Vec<String>,
    /// What it names.
    pub target: Target,
    /// Whether it exists only in tests.
    pub only_tests: bool,
}

/// What a reference names.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// `mod name;`
    Module(String),
    /// `#[path = "…"] mod name;`, `include!("…")`
    Path(String),
}

impl Source {
    /// Parses `text`, the file at `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self, Violation> {
        match syn::parse_file(text) {
            Ok(file) => Ok(Self { file }),
            Err(error) => {
                let line = error.span().start().line;
                Err(Violation::new(path, line, format!("is not valid Rust: {error}")))
            }
        }
    }

    /// All functions with a body, nested ones too.
    pub fn functions(&self) -> Vec<Function> {
        let mut finder = FunctionFinder::default();
        finder.visit_file(&self.file);
        finder.found
    }

    /// All modules and includes that name other files.
    pub fn references(&self) -> Vec<Reference> {
        let mut finder = ReferenceFinder::default();
        finder.visit_file(&self.file);
        finder.found
    }

    /// Lines inside modules that exist only in tests.
    pub fn test_lines(&self) -> usize {
        let lengths = self.file.items.iter().filter_map(|item| match item {
            Item::Mod(module) if only_tests(&module.attrs) => {
                let span = module.span();
                Some(span.end().line - span.start().line + 1)
            }
            _ => None,
        });
        lengths.sum()
    }
}

#[derive(Default)]
struct FunctionFinder {
    found: Vec<Function>,
}

impl FunctionFinder {
    fn add(&mut self, signature: &Signature, body: &Block) {
        let line = signature.span().start().line;
        let length = body.span().end().line - line + 1;
        self.found.push(Function { name: signature.ident.to_string(), line, length });
    }
}

impl<'ast> Visit<'ast> for FunctionFinder {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[derive(Default)]
struct ReferenceFinder {
    inside: Vec<String>,
    tests_above: usize,
    found: Vec<Reference>,
}

impl ReferenceFinder {
    fn add(&mut self, target: Target, only_tests: bool) {
        let only_tests = only_tests || self.tests_above > 0;
        self.found.push(Reference { inside: self.inside.clone(), target, only_tests });
    }
}

impl<'ast> Visit<'ast> for ReferenceFinder {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let name = module.ident.to_string().trim_start_matches("r#").to_owned();
        let tests = only_tests(&module.attrs);
        if module.content.is_some() {
            self.inside.push(name);
            self.tests_above += usize::from(tests);
            visit::visit_item_mod(self, module);
            self.tests_above -= usize::from(tests);
            self.inside.pop();
        } else if let Some(path) = module.attrs.iter().find_map(path_attribute) {
            self.add(Target::Path(path), tests);
        } else {
            self.add(Target::Module(name), tests);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if call.path.is_ident("include")
            && let Ok(path) = call.parse_body::<syn::LitStr>()
        {
            self.add(Target::Path(path.value()), false);
        }
    }
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let syn::Expr::Lit(literal) = &pair.value else {
        return None;
    };
    let syn::Lit::Str(path) = &literal.lit else {
        return None;
    };
    pair.path.is_ident("path").then(|| path.value())
}

/// Whether a `cfg` keeps the item out of everything but tests.
fn only_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let mut words = list.tokens.clone().into_iter();
            let Some(TokenTree::Ident(first)) = words.next() else {
                return false;
            };
            match first.to_string().as_str() {
                "test" => true,
                "all" => words.any(|group| {
                    let TokenTree::Group(group) = group else {
                        return false;
                    };
                    let mut inner = group.stream().into_iter();
                    inner.any(|token| matches!(token, TokenTree::Ident(name) if name == "test"))
                }),
                _ => false,
            }
        }
        _ => false,
    })
}
