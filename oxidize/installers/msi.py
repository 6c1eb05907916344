"""Packages for Windows Installer: the source that wixl compiles, and tables that it can't write."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attrs import define, field, frozen

# Of identifiers that are made of names, so that the same product has the same ones each time.
_SPACE = uuid.UUID("6d1a54b8-2f5e-5d0c-9a3b-0f5d7a1c9e42")
_NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
_FOLDER = "INSTALLDIR"
# Where Windows Installer sets and resets variables: numbers of Microsoft's suggested sequence.
_SEQUENCE = {"WriteEnvironmentStrings": 5200, "RemoveEnvironmentStrings": 3300}


@frozen
class Association:
    """A type of files that the program opens."""

    extension: str
    description: str
    mime: str


@frozen
class MsiProduct:
    """What Windows is told of a product, and what is installed of it.

    `files` are paths below its folder -> files on this machine.
    """

    identifier: str
    name: str
    version: str
    publisher: str
    summary: str
    files: Mapping[str, str]
    program: str = ""
    url: str = ""
    icon: str = ""
    """An .ico file on this machine; empty for none."""
    in_menu: bool = False
    on_path: bool = False
    associations: Sequence[Association] = ()
    per_user: bool = False

    @property
    def upgrade_code(self) -> str:
        """What all versions of the product have in common."""
        return _guid("upgrade", self.identifier)

    @property
    def product_code(self) -> str:
        """What no other version has."""
        return _guid("product", self.identifier, self.version)

    def source(self) -> str:
        """What wixl reads."""
        return _Source(self).text()

    def environment_table(self) -> str:
        """The table Environment, as msibuild imports it."""
        component = _id("c", self.program)
        head = "Environment\tName\tValue\tComponent_\ns72\tl255\tL255\ts72\n"
        # "=" sets it when installed, "-" takes it away with the product, "*" is the machine's.
        machine = "" if self.per_user else "*"
        row = f"PATH\t=-{machine}PATH\t[~];[{_FOLDER}]\t{component}\n"
        return f"{head}Environment\tEnvironment\n{row}"

    def sequence(self) -> Sequence[str]:
        """Queries that have that table looked at."""
        return [
            "INSERT INTO InstallExecuteSequence (Action,Condition,Sequence) "
            f"VALUES ('{action}','',{number})"
            for action, number in _SEQUENCE.items()
        ]


@define
class _Source:
    product: MsiProduct
    _components: list[str] = field(factory=list)
    _folders: dict[str, Element] = field(factory=dict)

    def text(self) -> str:
        told = self.product
        root = Element("Wix", xmlns=_NAMESPACE)
        product = SubElement(
            root,
            "Product",
            Id=told.product_code,
            Name=told.name,
            Language="1033",
            Version=told.version,
            Manufacturer=told.publisher,
            UpgradeCode=told.upgrade_code,
        )
        SubElement(
            product,
            "Package",
            Id=_guid("package", told.identifier, told.version, *told.files),
            InstallerVersion="500",
            Compressed="yes",
            InstallScope="perUser" if told.per_user else "perMachine",
            Description=told.summary,
            Manufacturer=told.publisher,
        )
        message = "A newer version is installed already."
        SubElement(product, "MajorUpgrade", DowngradeErrorMessage=message)
        SubElement(product, "Media", Id="1", Cabinet="files.cab", EmbedCab="yes")
        self._properties(product)
        target = SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
        self._files(target)
        self._menu(target)
        feature = SubElement(product, "Feature", Id="Main", Level="1")
        for each in self._components:
            SubElement(feature, "ComponentRef", Id=each)
        indent(root)
        return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")

    def _properties(self, product: Element) -> None:
        told = self.product
        values = {"ARPURLINFOABOUT": told.url, "ARPNOMODIFY": "1"}
        if told.icon:
            SubElement(product, "Icon", Id="product.ico", SourceFile=told.icon)
            values["ARPPRODUCTICON"] = "product.ico"
        for name, value in values.items():
            if value:
                SubElement(product, "Property", Id=name, Value=value)

    def _files(self, target: Element) -> None:
        told = self.product
        place = "LocalAppDataFolder" if told.per_user else "ProgramFiles64Folder"
        outer = SubElement(target, "Directory", Id=place)
        if told.per_user:
            outer = SubElement(outer, "Directory", Id="ProgramsFolder", Name="Programs")
        self._folders[""] = SubElement(outer, "Directory", Id=_FOLDER, Name=told.name)
        for path, source in sorted(told.files.items()):
            folder, _, name = path.rpartition("/")
            component = self._component(self._folder(folder), path)
            SubElement(
                component, "File", Id=_id("f", path), Name=name, Source=source, KeyPath="yes"
            )
            if path == told.program:
                self._associate(component)

    def _folder(self, path: str) -> Element:
        found = self._folders.get(path)
        if found is None:
            outer, _, name = path.rpartition("/")
            above = self._folder(outer)
            found = SubElement(above, "Directory", Id=_id("d", path), Name=name)
            self._folders[path] = found
        return found

    def _component(self, folder: Element, what: str) -> Element:
        name = _id("c", what)
        self._components.append(name)
        guid = _guid("component", self.product.identifier, what)
        return SubElement(folder, "Component", Id=name, Guid=guid, Win64="yes")

    def _associate(self, component: Element) -> None:
        """What Windows' registry says of the types of files."""
        told = self.product
        root = "HKCU" if told.per_user else "HKLM"
        for each in told.associations:
            kind = f"{told.identifier}.{each.extension}"
            rows = {
                (f".{each.extension}", ""): kind,
                (f".{each.extension}", "Content Type"): each.mime,
                (kind, ""): each.description,
                (f"{kind}\\DefaultIcon", ""): f"[#{_id('f', told.program)}],0",
                (f"{kind}\\shell\\open\\command", ""): f'"[#{_id("f", told.program)}]" "%1"',
            }
            for (key, name), value in rows.items():
                attributes = {"Root": root, "Key": f"Software\\Classes\\{key}"}
                attributes |= {"Name": name} if name else {}
                SubElement(
                    component, "RegistryValue", attrib={**attributes, "Type": "string"}, Value=value
                )

    def _menu(self, target: Element) -> None:
        told = self.product
        if not told.in_menu:
            return
        menu = SubElement(target, "Directory", Id="ProgramMenuFolder")
        component = self._component(menu, ":menu")
        shortcut = SubElement(
            component,
            "Shortcut",
            Id="menu",
            Name=told.name,
            Description=told.summary,
            Target=f"[{_FOLDER}]{told.program.replace('/', chr(92))}",
            WorkingDirectory=_FOLDER,
        )
        if told.icon:
            shortcut.set("Icon", "product.ico")
        key = f"Software\\{told.publisher}\\{told.name}"
        SubElement(
            component,
            "RegistryValue",
            Root="HKCU",
            Key=key,
            Name="menu",
            Type="integer",
            Value="1",
            KeyPath="yes",
        )


def _guid(*words: str) -> str:
    return str(uuid.uuid5(_SPACE, "\n".join(words))).upper()


def _id(kind: str, path: str) -> str:
    """Identifiers of tables are words of up to 72 characters."""
    return kind + hashlib.sha256(path.encode()).hexdigest()[:24]
