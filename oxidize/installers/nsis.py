"""Setup programs for Windows: the script that makensis compiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from oxidize.installers.nsis_path import path_functions
from oxidize.installers.nsis_text import dollars, escaped, quoted, told
from oxidize.installers.windows_product import Association, WindowsProduct

UNINSTALLER = "uninstall.exe"
_UNINSTALL = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
_CLASSES = "Software\\Classes"
# Tells Windows that types of files have others that open them.
_TYPES_CHANGED = "System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'"


@frozen
class NsisSetup:
    """A product and what is installed of it: `files` are paths below its folder -> files here.

    `icon` is an .ico file, `licence` a text to agree to; empty for none. `size` is that of all
    files, in bytes. Where `dense`, it is small, and takes several times as long to make.
    """

    product: WindowsProduct
    files: Mapping[str, str]
    size: int
    icon: str = ""
    licence: str = ""
    dense: bool = True

    def script(self, output: str) -> str:
        """What makensis reads to write `output`."""
        parts = (
            self._head(output),
            self._looks(),
            [path_functions(per_user=self.product.per_user)] if self.product.on_path else [],
            ["Section", *_indented(self._installing()), "SectionEnd"],
            ["Section Uninstall", *_indented(self._uninstalling()), "SectionEnd"],
        )
        return "".join(f"{line}\n" for part in parts for line in part)

    @property
    def _root(self) -> str:
        return "HKCU" if self.product.per_user else "HKLM"

    @property
    def _key(self) -> str:
        return quoted(f"{_UNINSTALL}\\{self.product.identifier}")

    @property
    def _program(self) -> str:
        return _installed(self.product.program)

    def _head(self, output: str) -> Iterator[str]:
        product = self.product
        top = "$LOCALAPPDATA\\Programs" if product.per_user else "$PROGRAMFILES64"
        yield "Unicode true"
        yield "Target amd64-unicode"
        yield f"SetCompressor {'/SOLID lzma' if self.dense else 'zlib'}"
        # Files get the time of their installation.
        yield "SetDateSave off"
        # A file that can't be written ends the installation, also where nobody is asked.
        yield "AllowSkipFiles off"
        yield "ManifestDPIAware true"
        yield f"RequestExecutionLevel {'user' if product.per_user else 'admin'}"
        yield from dollars()
        yield f"OutFile {quoted(output)}"
        yield f"Name {quoted(product.name)} {quoted(product.name.replace('&', '&&'))}"
        yield f"BrandingText {quoted(f'{product.name} {product.version}')}"
        yield f'InstallDir "{top}\\{escaped(product.name)}"'
        yield f'InstallDirRegKey {self._root} {self._key} "InstallLocation"'
        yield "!include LogicLib.nsh"
        yield "!include WinMessages.nsh"
        yield "!include MUI2.nsh"

    def _looks(self) -> Iterator[str]:
        product = self.product
        if self.icon:
            yield f"!define MUI_ICON {quoted(self.icon)}"
            yield f"!define MUI_UNICON {quoted(self.icon)}"
        if self.licence:
            yield f"!insertmacro MUI_PAGE_LICENSE {quoted(self.licence)}"
        yield "!insertmacro MUI_PAGE_DIRECTORY"
        yield "!insertmacro MUI_PAGE_INSTFILES"
        yield "!insertmacro MUI_UNPAGE_CONFIRM"
        yield "!insertmacro MUI_UNPAGE_INSTFILES"
        yield '!insertmacro MUI_LANGUAGE "English"'
        yield f'VIProductVersion "{product.numbers}"'
        yield f'VIFileVersion "{product.numbers}"'
        texts = {
            "ProductName": product.name,
            "ProductVersion": product.version,
            "CompanyName": product.publisher,
            "FileDescription": f"{product.name} Setup",
            "FileVersion": product.version,
            "LegalCopyright": product.publisher,
        }
        for name, text in texts.items():
            yield f"VIAddVersionKey /LANG=${{LANG_ENGLISH}} {quoted(name)} {told(text)}"

    def _installing(self) -> Iterator[str]:
        product = self.product
        yield f"SetShellVarContext {'current' if product.per_user else 'all'}"
        yield from self._replacing()
        for folder, names in _by_folder(self.files).items():
            yield f"SetOutPath {_installed(folder)}"
            for name, path in names.items():
                yield f"File {quoted(f'/oname={name}')} {quoted(self.files[path])}"
        # From here, it is what entries of the menu start in.
        yield "SetOutPath $INSTDIR"
        yield f"WriteUninstaller {_installed(UNINSTALLER)}"
        yield from self._registering()
        if product.in_menu:
            icon = _installed(UNINSTALLER) if self.icon else self._program
            yield (
                f'CreateShortcut "$SMPROGRAMS\\{escaped(product.name)}.lnk" {self._program} "" '
                f'{icon} 0 SW_SHOWNORMAL "" {quoted(product.summary)}'
            )
        for each in product.associations:
            yield from self._associating(each)
        if product.associations:
            yield _TYPES_CHANGED
        if product.on_path:
            yield f"StrCpy $R8 {_installed(product.program_folder)}"
            yield "Call AddToPath"
            yield f'WriteRegStr {self._root} {self._key} "PATH" $R9'

    def _replacing(self) -> Iterator[str]:
        """An installed version goes first: it knows which files are its own."""
        yield f'ReadRegStr $R1 {self._root} {self._key} "InstallLocation"'
        # Where none is known, that would be a file of the drive's.
        yield '${If} $R1 != ""'
        yield f'${{AndIf}} ${{FileExists}} "$R1\\{UNINSTALLER}"'
        yield f"  ExecWait '\"$R1\\{UNINSTALLER}\" /S _?=$R1' $R2"
        yield "  ${If} $R2 <> 0"
        yield f"    Abort {quoted('The installed version is in use, or can not be removed.')}"
        yield "  ${EndIf}"
        yield f'  Delete "$R1\\{UNINSTALLER}"'
        yield '  RMDir "$R1"'
        yield "${EndIf}"

    def _registering(self) -> Iterator[str]:
        """What Windows' list of programs has."""
        product, uninstaller = self.product, f"$INSTDIR\\{UNINSTALLER}"
        texts = {
            "DisplayName": escaped(product.name),
            "DisplayVersion": escaped(product.version),
            "Publisher": escaped(product.publisher),
            "URLInfoAbout": escaped(product.url),
            "DisplayIcon": uninstaller if self.icon else self._program.strip('"'),
            "InstallLocation": "$INSTDIR",
            "UninstallString": f'$\\"{uninstaller}$\\"',
            "QuietUninstallString": f'$\\"{uninstaller}$\\" /S',
        }
        numbers = {"EstimatedSize": self.size // 1024, "NoModify": 1, "NoRepair": 1}
        for name, text in texts.items():
            if text:
                yield f'WriteRegStr {self._root} {self._key} "{name}" "{text}"'
        for name, number in numbers.items():
            yield f'WriteRegDWORD {self._root} {self._key} "{name}" {number}'

    def _associating(self, association: Association) -> Iterator[str]:
        kind, extension = self._names(association)
        icon = f"$INSTDIR\\{UNINSTALLER}" if self.icon else self._program.strip('"')
        # What opened such files before does again, once this is removed.
        yield f'ReadRegStr $R0 SHCTX {extension} ""'
        yield '${If} $R0 != ""'
        yield f"${{AndIf}} $R0 != {kind}"
        yield f"  WriteRegStr SHCTX {extension} {self._before} $R0"
        yield "${EndIf}"
        yield f'WriteRegStr SHCTX {extension} "" {kind}'
        yield f'ReadRegStr $R0 SHCTX {extension} "Content Type"'
        yield '${If} $R0 == ""'
        for name in ('"Content Type"', self._type):
            yield f"  WriteRegStr SHCTX {extension} {name} {quoted(association.mime)}"
        yield "${EndIf}"
        place = f"{_CLASSES}\\{self.product.kind(association)}"
        yield f'WriteRegStr SHCTX "{place}" "" {quoted(association.description)}'
        yield f'WriteRegStr SHCTX "{place}\\DefaultIcon" "" "{icon},0"'
        opens = f'$\\"{self._program.strip(chr(34))}$\\" $\\"%1$\\"'
        yield f'WriteRegStr SHCTX "{place}\\shell\\open\\command" "" "{opens}"'

    def _dissociating(self, association: Association) -> Iterator[str]:
        kind, extension = self._names(association)
        yield f'DeleteRegKey SHCTX "{_CLASSES}\\{self.product.kind(association)}"'
        yield f'ReadRegStr $R0 SHCTX {extension} ""'
        yield f"${{If}} $R0 == {kind}"
        yield f"  ReadRegStr $R0 SHCTX {extension} {self._before}"
        yield '  ${If} $R0 == ""'
        yield f'    DeleteRegValue SHCTX {extension} ""'
        yield "  ${Else}"
        yield f'    WriteRegStr SHCTX {extension} "" $R0'
        yield "  ${EndIf}"
        yield "${EndIf}"
        yield f"DeleteRegValue SHCTX {extension} {self._before}"
        # Only what the setup program wrote, and nobody has changed since.
        yield f'ReadRegStr $R0 SHCTX {extension} "Content Type"'
        yield f"ReadRegStr $R1 SHCTX {extension} {self._type}"
        yield "${If} $R0 == $R1"
        yield f'  DeleteRegValue SHCTX {extension} "Content Type"'
        yield "${EndIf}"
        yield f"DeleteRegValue SHCTX {extension} {self._type}"
        yield f"DeleteRegKey /ifempty SHCTX {extension}"

    @property
    def _before(self) -> str:
        return quoted(f"{self.product.identifier}.before")

    @property
    def _type(self) -> str:
        return quoted(f"{self.product.identifier}.type")

    def _names(self, association: Association) -> tuple[str, str]:
        extension = f'"{_CLASSES}\\.{association.extension}"'
        return f'"{self.product.kind(association)}"', extension

    def _uninstalling(self) -> Iterator[str]:
        """Takes away what was installed, and never a folder with anything else in it."""
        product = self.product
        yield f"SetShellVarContext {'current' if product.per_user else 'all'}"
        if product.program:
            # While it runs, nothing is taken away.
            yield "ClearErrors"
            yield f"Delete {self._program}"
            yield "${If} ${Errors}"
            yield f"  Abort {quoted(f'{product.name} is running.')}"
            yield "${EndIf}"
        for path in self.files:
            yield f"Delete {_installed(path)}"
        if product.in_menu:
            yield f'Delete "$SMPROGRAMS\\{escaped(product.name)}.lnk"'
        for each in product.associations:
            yield from self._dissociating(each)
        if product.associations:
            yield _TYPES_CHANGED
        if product.on_path:
            yield f'ReadRegStr $R7 {self._root} {self._key} "PATH"'
            yield '${If} $R7 == "added"'
            yield f"  StrCpy $R8 {_installed(product.program_folder)}"
            yield "  Call un.RemoveFromPath"
            yield "${EndIf}"
        yield f"DeleteRegKey {self._root} {self._key}"
        yield f"Delete {_installed(UNINSTALLER)}"
        for folder in sorted(_folders(self.files), key=lambda each: each.count("/"), reverse=True):
            yield f"RMDir {_installed(folder)}"
        yield "RMDir $INSTDIR"


def _by_folder(paths: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """Folder -> name in it -> path."""
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        found.setdefault(folder, {})[name] = path
    return found


def _folders(paths: Iterable[str]) -> set[str]:
    """All folders that files are in, at any depth."""
    parts = (path.split("/") for path in paths)
    return {"/".join(each[:end]) for each in parts for end in range(1, len(each))}


def _installed(path: str) -> str:
    """A path below the product's folder, quoted."""
    inside = escaped(path.replace("/", "\\"))
    return f'"$INSTDIR\\{inside}"' if path else "$INSTDIR"


def _indented(lines: Iterable[str]) -> Sequence[str]:
    return [f"  {line}" for line in lines]
