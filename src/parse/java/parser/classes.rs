//! Classes, interfaces, enums, records and annotations: heads and bodies.
//!
//! In: tokens. Out: classes with their supertypes and members.
//! Invariant: a head is read in the scope around its class, the body in its own.
//! Never: binds a member as a local.

use super::token::PERMITS;
use super::{ClassId, Flags, Kind, Nature, Parser, RawClass, Visibility, Word};
use crate::parse::tokens::lexemes::Class;

impl Parser<'_> {
    /// Annotations and modifiers.
    pub(super) fn modifiers(&mut self) -> Flags {
        let mut flags = Flags::default();
        let mut see = |visibility| {
            flags.visibility = visibility;
            flags.explicit = true;
        };
        loop {
            match self.kind() {
                Kind::At if self.kind_at(1) == Kind::Ident => {
                    self.annotations();
                    continue;
                }
                Kind::Public => see(Visibility::Public),
                Kind::Protected => see(Visibility::Protected),
                Kind::Private => see(Visibility::Private),
                Kind::Modifier => {}
                _ => break,
            }
            self.bump();
        }
        self.more_modifiers(flags)
    }

    /// Modifiers that need a look at the next token, then any further ones.
    ///
    /// `synchronized (x)` is a statement, `default:` a label, and `sealed` and `non-sealed` are
    /// modifiers only where a declaration follows. An explicit visibility that comes later wins.
    fn more_modifiers(&mut self, mut flags: Flags) -> Flags {
        match self.kind() {
            Kind::Static => flags.is_static = true,
            Kind::Abstract => flags.is_abstract = true,
            Kind::Synchronized if self.kind_at(1) != Kind::OpenParen => {}
            Kind::Default if !matches!(self.kind_at(1), Kind::Colon | Kind::Arrow) => {}
            Kind::Ident if self.contextual_modifier() > 0 => {
                self.at += self.contextual_modifier() - 1;
            }
            _ => return flags,
        }
        self.bump();
        let more = self
            .deeper(|parser| Some(parser.modifiers()))
            .unwrap_or_default();
        Flags {
            visibility: if more.explicit {
                more.visibility
            } else {
                flags.visibility
            },
            explicit: flags.explicit || more.explicit,
            is_static: flags.is_static || more.is_static,
            is_abstract: flags.is_abstract || more.is_abstract,
        }
    }

    /// A declaration after its modifiers.
    ///
    /// The head is read in the scope around, so that `class A extends Line` does not find a member
    /// `Line` of `A` itself.
    pub(super) fn class_declaration(&mut self, flags: Flags, nature: Nature) {
        let annotation = self.eat(Kind::At);
        let keyword = self.bump().kind;
        let offset = self.offset();
        let name = self.expect_word();
        if let Some(name) = name.filter(|_| nature == Nature::Local) {
            self.state.types.bind(name.symbol);
        }
        let interface = annotation || keyword == Kind::Interface;
        let class = self.add_class(name, offset, flags, nature, interface);
        let scope = self.enter();
        if self.is(Kind::Less) {
            self.type_parameters();
        }
        if self.is(Kind::OpenParen) {
            self.components(class);
        }
        self.heads(class);
        self.class_body(class, keyword == Kind::Enum);
        self.leave(scope);
    }

    /// A new class inside the current one.
    ///
    /// A member of an interface is public unless it says otherwise. The class becomes the current
    /// one only in `class_body`.
    pub(super) fn add_class(
        &mut self,
        name: Option<Word>,
        offset: u32,
        flags: Flags,
        nature: Nature,
        is_interface: bool,
    ) -> ClassId {
        let index = self.state.classes.next_id();
        let parent = self.state.class;
        let mut visibility = flags.visibility;
        if let Some(outer) = self.class() {
            if nature == Nature::Member {
                outer.members.push(index);
            }
            if outer.is_interface && !flags.explicit {
                visibility = Visibility::Public;
            }
        }
        self.state.classes.push(RawClass {
            name: name.map(|name| name.symbol),
            parent,
            nature,
            visibility,
            is_abstract: is_interface || flags.is_abstract,
            is_interface,
            offset,
            supers: Vec::new(),
            local_super: None,
            members: Vec::new(),
            fields: Vec::new(),
            methods: Vec::new(),
        })
    }

    /// Record components: private fields and accessors.
    ///
    /// `record Point(int x, int y)` has the private fields `x` and `y`, and the public methods
    /// `x()` and `y()`.
    fn components(&mut self, class: ClassId) {
        let outer = self.state.class.replace(class);
        let mark = self.state.variables.enter();
        let names = self.parameters().names;
        self.state.variables.leave(mark);
        self.state.class = outer;
        let record = &mut self.state.classes[class];
        for name in names {
            let flags = Flags {
                visibility: Visibility::Private,
                explicit: true,
                ..Flags::default()
            };
            record.fields.push((name, flags));
            let flags = Flags {
                visibility: Visibility::Public,
                explicit: true,
                ..Flags::default()
            };
            record.methods.push(super::RawMethod {
                name,
                arity: 0,
                variadic: false,
                flags,
            });
        }
    }

    /// `extends A implements B, C permits D`.
    fn heads(&mut self, class: ClassId) {
        loop {
            let inherits = match self.kind() {
                Kind::Extends | Kind::Implements => true,
                Kind::Ident if self.is_word(PERMITS) => false,
                _ => return,
            };
            self.bump();
            loop {
                self.state.inherits = inherits;
                let of = self.type_();
                self.state.inherits = false;
                let of = of.filter(|_| inherits);
                self.state.classes[class].supers.extend(of);
                if !self.eat(Kind::Comma) {
                    break;
                }
            }
        }
    }

    /// `{ … }` of `class`.
    pub(super) fn class_body(&mut self, class: ClassId, is_enum: bool) {
        self.note_brace(Class::Body);
        if !self.eat(Kind::OpenBrace) {
            return self.recover();
        }
        let outer = self.state.class.replace(class);
        self.deeper(|parser| {
            if is_enum {
                parser.constants(class);
            }
            parser.members();
        });
        self.state.class = outer;
        self.expect(Kind::CloseBrace);
    }

    /// The constants of an enum, up to the `;`.
    ///
    /// `A(1) { … }, B;`: each is a public static field. The body of `A` is an anonymous class below
    /// the enum, which it has as a supertype without naming it.
    fn constants(&mut self, class: ClassId) {
        while !matches!(self.kind(), Kind::Semicolon | Kind::CloseBrace | Kind::End) {
            self.annotations();
            let Some(name) = self.word() else {
                return self.recover();
            };
            let flags = Flags {
                visibility: Visibility::Public,
                explicit: true,
                is_static: true,
                is_abstract: false,
            };
            self.state.classes[class].fields.push((name.symbol, flags));
            if self.is(Kind::OpenParen) {
                self.arguments();
            }
            if self.is(Kind::OpenBrace) {
                let (offset, flags) = (name.offset, Flags::default());
                let body = self.add_class(Some(name), offset, flags, Nature::Anonymous, false);
                self.state.classes[body].local_super = Some(class);
                self.class_body(body, false);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.eat(Kind::Semicolon);
    }
}
