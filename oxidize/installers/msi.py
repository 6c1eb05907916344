"""Packages for Windows Installer: the source that wixl compiles, and tables that it can't write."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from subprocess import list2cmdline
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attrs import define, field, frozen

from oxidize.installers.msi_claims import claims
from oxidize.installers.msi_text import with_names
from oxidize.installers.windows_product import Association, WindowsProduct

# Of identifiers that are made of names, so that the same product has the same ones each time.
_SPACE = uuid.UUID("6d1a54b8-2f5e-5d0c-9a3b-0f5d7a1c9e42")
_NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
_FOLDER = "INSTALLDIR"
_ICON = "product.ico"
# Where Windows Installer sets and resets variables: numbers of Microsoft's suggested sequence.
_SEQUENCE = {"WriteEnvironmentStrings": 5200, "RemoveEnvironmentStrings": 3300}
# What Windows Installer calls versions that go, where the highest one is among them (512), and the
# parts that were chosen of them are chosen again (1).
_REPLACED, _UP_TO = "WIX_UPGRADE_DETECTED", 513
# What is searched for: a value as it is (2), in the registry of 64 bits (16).
_CLASSES, _TEXT_OF_64_BITS = "Software\\Classes", 18
# Who runs services that nobody is named for: an account with few rights, which each Windows has.
_ACCOUNT = "NT AUTHORITY\\LocalService"


@frozen
class MsiPackage:
    """A product and what is installed of it: `files` are paths below its folder -> files here.

    `icon` is an .ico file, empty for none. Without a `given_upgrade_code`, one is made of the
    product's identifier. `content` is a digest of all files, and of what is told of them.
    """

    product: WindowsProduct
    files: Mapping[str, str]
    icon: str = ""
    given_upgrade_code: str = ""
    content: str = ""

    @property
    def upgrade_code(self) -> str:
        """What all versions of the product have in common."""
        return (self.given_upgrade_code or _guid("upgrade", self.product.identifier)).upper()

    @property
    def product_code(self) -> str:
        """What neither another version has nor another content of the same one, which would be
        taken for what is installed already."""
        return _guid("product", self.upgrade_code, self.product.version, self.content)

    @property
    def code(self) -> str:
        """The package's own, of which there is one for each content."""
        return _guid("package", self.content)

    @property
    def _root(self) -> int:
        """The part of the registry that types of files are told in, as its tables have it."""
        return 1 if self.product.per_user else 2

    def source(self) -> str:
        """What wixl reads."""
        return _Source(self).text()

    def environment_table(self) -> str:
        """The table Environment, as msibuild imports it."""
        product = self.product
        head = "Environment\tName\tValue\tComponent_\ns72\tl255\tL255\ts72\n"
        # "=" sets it when installed, "-" takes it away with the product, "*" is the machine's.
        machine = "" if product.per_user else "*"
        folder, component = _folder_id(product.program_folder), _id("c", product.program)
        return (
            f"{head}Environment\tEnvironment\nPATH\t=-{machine}PATH\t[~];[{folder}]\t{component}\n"
        )

    def queries(self) -> Sequence[str]:
        """What the tables are changed by."""
        version = self.product.version
        found = [
            # Another content of the same version takes its place, as that of an older one does.
            f"DELETE FROM Upgrade WHERE ActionProperty='{_REPLACED}'",
            "INSERT INTO Upgrade (UpgradeCode,VersionMax,Attributes,ActionProperty) "
            f"VALUES ('{{{self.upgrade_code}}}','{version}',{_UP_TO},'{_REPLACED}')",
        ]
        for each in claims(self.product):
            found.append(
                f"UPDATE Component SET Condition='{each.condition}' "
                f"WHERE Component='{_id('c', each.name)}'"
            )
            # wixl leaves out searches for a key's default.
            found += (
                "INSERT INTO RegLocator (Signature_,Root,`Key`,`Type`) VALUES "
                f"('{property.lower()}',{self._root},'{_CLASSES}\\{key}',{_TEXT_OF_64_BITS})"
                for property, (key, name) in each.searches.items()
                if not name
            )
        if self.product.on_path:
            for action, number in _SEQUENCE.items():
                found.append(
                    "INSERT INTO InstallExecuteSequence (Action,Condition,Sequence) "
                    f"VALUES ('{action}','',{number})"
                )
        return found


@define
class _Source:
    package: MsiPackage
    _components: list[str] = field(factory=list)
    _folders: dict[str, Element] = field(factory=dict)

    @property
    def told(self) -> WindowsProduct:
        return self.package.product

    def text(self) -> str:
        told = self.told
        root = Element("Wix", xmlns=_NAMESPACE)
        product = SubElement(
            root,
            "Product",
            Id=self.package.product_code,
            Name=told.name,
            Language="1033",
            Version=told.version,
            Manufacturer=told.publisher,
            UpgradeCode=self.package.upgrade_code,
        )
        SubElement(
            product,
            "Package",
            Id=self.package.code,
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
        return with_names(tostring(root, encoding="unicode"))

    def _properties(self, product: Element) -> None:
        values = {
            "ARPURLINFOABOUT": self.told.url,
            "ARPNOMODIFY": "1",
            # An upgrade decides which files it brings before the old ones are removed, and would
            # leave out those whose version isn't higher: all are to be there.
            "REINSTALLMODE": "amus",
        }
        if self.package.icon:
            SubElement(product, "Icon", Id=_ICON, SourceFile=self.package.icon)
            values["ARPPRODUCTICON"] = _ICON
        for name, value in values.items():
            if value:
                SubElement(product, "Property", Id=name, Value=value)
        for claim in claims(self.told):
            for name, where in claim.searches.items():
                searched = SubElement(product, "Property", Id=name)
                attributes = {**self._value(*where), "Type": "raw", "Win64": "yes"}
                SubElement(searched, "RegistrySearch", {"Id": name.lower(), **attributes})

    def _files(self, target: Element) -> None:
        told = self.told
        place = "LocalAppDataFolder" if told.per_user else "ProgramFiles64Folder"
        outer = SubElement(target, "Directory", Id=place)
        if told.per_user:
            outer = SubElement(outer, "Directory", Id="ProgramsFolder", Name="Programs")
        top = self._folders[""] = SubElement(outer, "Directory", Id=_FOLDER, Name=told.name)
        for claim in claims(told):
            self._write(self._component(top, claim.name), claim.values, "yes")
        for path, source in sorted(self.package.files.items()):
            folder, _, name = path.rpartition("/")
            component = self._component(self._folder(folder), path)
            SubElement(
                component, "File", Id=_id("f", path), Name=name, Source=source, KeyPath="yes"
            )
            if path == told.program:
                for each in told.associations:
                    self._associate(component, each)
                self._services(component)

    def _folder(self, path: str) -> Element:
        found = self._folders.get(path)
        if found is None:
            outer, _, name = path.rpartition("/")
            above = self._folder(outer)
            found = SubElement(above, "Directory", Id=_folder_id(path), Name=name)
            self._folders[path] = found
        return found

    def _component(self, folder: Element, what: str) -> Element:
        name = _id("c", what)
        self._components.append(name)
        guid = _guid("component", self.package.upgrade_code, what)
        return SubElement(folder, "Component", Id=name, Guid=guid, Win64="yes")

    def _associate(self, component: Element, association: Association) -> None:
        """What Windows' registry says of a type of files."""
        told, extension = self.told, association.extension
        kind, program = told.kind(association), f"[#{_id('f', told.program)}]"
        rows = {
            (f".{extension}\\OpenWithProgids", kind): "",
            (kind, ""): _formatted(association.description),
            (f"{kind}\\DefaultIcon", ""): f"{program},0",
            (f"{kind}\\shell\\open\\command", ""): f'"{program}" "%1"',
        }
        self._write(component, rows)

    def _write(
        self, component: Element, rows: Mapping[tuple[str, str], str], key: str = "no"
    ) -> None:
        """Values of the registry, by keys and names; the first one may be the component's key."""
        for where, value in rows.items():
            attributes = {**self._value(*where), "Type": "string", "Value": value}
            SubElement(component, "RegistryValue", {**attributes, "KeyPath": key})
            key = "no"

    def _value(self, key: str, name: str) -> dict[str, str]:
        """Where a value is that tells of types of files; "" is a key's default."""
        root = "HKCU" if self.told.per_user else "HKLM"
        place = {"Root": root, "Key": f"{_CLASSES}\\{key}"}
        return {**place, "Name": name} if name else place

    def _services(self, component: Element) -> None:
        for each in self.told.services:
            attributes = {
                "Id": _id("s", each.name),
                "Name": each.name,
                "DisplayName": _formatted(each.name),
                "Description": _formatted(each.description),
                "Type": "ownProcess",
                "Start": "auto" if each.starts else "demand",
                "ErrorControl": "normal",
                "Account": _ACCOUNT,
                "Vital": "yes",
            }
            if each.arguments:
                attributes["Arguments"] = _formatted(list2cmdline(each.arguments))
            SubElement(component, "ServiceInstall", attributes)
            control = {"Id": _id("s", each.name), "Name": each.name, "Wait": "yes"}
            control |= {"Start": "install"} if each.starts else {}
            SubElement(
                component, "ServiceControl", {**control, "Stop": "both", "Remove": "uninstall"}
            )

    def _menu(self, target: Element) -> None:
        told = self.told
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
            Target=f"[#{_id('f', told.program)}]",
            WorkingDirectory=_FOLDER,
        )
        if self.package.icon:
            shortcut.set("Icon", _ICON)
        # An entry of the menu is one person's, and is known by something of theirs.
        key = {"Root": "HKCU", "Key": f"Software\\{told.identifier}", "Name": "menu"}
        SubElement(component, "RegistryValue", key, Type="integer", Value="1", KeyPath="yes")


def _guid(*words: str) -> str:
    return str(uuid.uuid5(_SPACE, "\n".join(words))).upper()


def _id(kind: str, path: str) -> str:
    """Identifiers of tables are words of up to 72 characters."""
    return kind + hashlib.sha256(path.encode()).hexdigest()[:24]


def _folder_id(path: str) -> str:
    return _id("d", path) if path else _FOLDER


def _formatted(text: str) -> str:
    """Where brackets are references, a text's own are written like this."""
    return "".join(f"[\\{each}]" if each in "[]" else each for each in text)
