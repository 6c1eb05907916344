"""PATH in setup programs, whatever its length.

A text of NSIS has 1023 letters at the most, and longer values of the registry come cut off: written
back, the rest of PATH would be lost. So Windows' own functions work on it, in memory of its length.
"""

from __future__ import annotations

_MACHINE = ("0x80000002", "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment")
_PERSON = ("0x80000001", "Environment")

# $0 is the key, $1 the value's kind, $2 its bytes, $3 memory with ";", PATH, and ";". What is added
# has less than 4096 bytes. $R8 is the folder, $R9 what became of it: "" for nothing.
_OPENED = r"""
Function {un}OpenPath
  StrCpy $3 0
  StrCpy $8 "${{PATH_KEY}}"
  StrCpy $9 "p ${{PATH_ROOT}}, w r8, i 0, p 0, i 0, i 0x103, p 0, *p .r0, p 0"
  System::Call 'advapi32::RegCreateKeyExW($9) i .r4'
  ${{If}} $4 <> 0
    Return
  ${{EndIf}}
  System::Call 'advapi32::RegQueryValueExW(p r0, w "Path", p 0, *i .r1, p 0, *i .r2) i .r4'
  ${{If}} $4 = 2
    StrCpy $1 2
    StrCpy $2 0
  ${{ElseIf}} $4 <> 0
  ${{OrIf}} $1 < 1
  ${{OrIf}} $1 > 2
    System::Call 'advapi32::RegCloseKey(p r0)'
    Return
  ${{EndIf}}
  IntOp $4 $2 + 4096
  System::Alloc $4
  Pop $3
  System::Call '*$3(&i2 59)'
  IntPtrOp $6 $3 + 2
  ${{If}} $2 > 0
    System::Call 'advapi32::RegQueryValueExW(p r0, w "Path", p 0, p 0, p r6, *i r2) i .r4'
    ${{If}} $4 <> 0
      System::Call 'advapi32::RegCloseKey(p r0)'
      System::Free $3
      StrCpy $3 0
      Return
    ${{EndIf}}
  ${{EndIf}}
  System::Call 'kernel32::lstrcatW(p r3, w ";")'
FunctionEnd

Function {un}ClosePath
  System::Call 'advapi32::RegCloseKey(p r0)'
  System::Free $3
  ${{If}} $R9 != ""
    SendMessage ${{HWND_BROADCAST}} ${{WM_SETTINGCHANGE}} 0 "STR:Environment" /TIMEOUT=5000
  ${{EndIf}}
FunctionEnd
"""

_ADD = r"""
Function AddToPath
  StrCpy $R9 ""
  Call OpenPath
  ${If} $3 = 0
    Return
  ${EndIf}
  StrCpy $8 ";$R8;"
  System::Call 'shlwapi::StrStrIW(p r3, w r8) p .r7'
  ${If} $7 = 0
    System::Call 'kernel32::lstrlenW(p r3) i .r4'
    IntPtrOp $6 $3 + 2
    ${If} $4 = 2
      IntPtrOp $6 $3 + 4
    ${EndIf}
    System::Call 'kernel32::lstrcatW(p r3, w R8)'
    System::Call 'kernel32::lstrlenW(p r6) i .r4'
    ; Longer than this, Windows gives programs no variable.
    ${If} $4 < 32767
      IntOp $5 $4 + 1
      IntOp $5 $5 * 2
      System::Call 'advapi32::RegSetValueExW(p r0, w "Path", i 0, i r1, p r6, i r5) i .r4'
      ${If} $4 = 0
        StrCpy $R9 "added"
      ${EndIf}
    ${EndIf}
  ${EndIf}
  Call ClosePath
FunctionEnd
"""

_REMOVE = r"""
Function un.RemoveFromPath
  StrCpy $R9 ""
  Call un.OpenPath
  ${If} $3 = 0
    Return
  ${EndIf}
  StrCpy $8 ";$R8;"
  System::Call 'shlwapi::StrStrIW(p r3, w r8) p .r7'
  ${If} $7 <> 0
    StrLen $4 $8
    IntOp $4 $4 - 1
    IntOp $4 $4 * 2
    IntPtrOp $6 $7 + $4
    System::Call 'kernel32::lstrlenW(p r6) i .r4'
    IntOp $4 $4 + 1
    IntOp $4 $4 * 2
    System::Call 'kernel32::RtlMoveMemory(p r7, p r6, p r4)'
    System::Call 'kernel32::lstrlenW(p r3) i .r4'
    ${If} $4 <= 1
      System::Call 'advapi32::RegDeleteValueW(p r0, w "Path")'
    ${Else}
      IntOp $5 $4 - 1
      IntOp $5 $5 * 2
      IntPtrOp $6 $3 + $5
      System::Call '*$6(&i2 0)'
      IntPtrOp $6 $3 + 2
      System::Call 'advapi32::RegSetValueExW(p r0, w "Path", i 0, i r1, p r6, i r5)'
    ${EndIf}
    StrCpy $R9 "removed"
  ${EndIf}
  Call un.ClosePath
FunctionEnd
"""


def path_functions(*, per_user: bool) -> str:
    """AddToPath and un.RemoveFromPath: for the folder in $R8; $R9 says whether anything changed."""
    root, key = _PERSON if per_user else _MACHINE
    place = f'!define PATH_ROOT {root}\n!define PATH_KEY "{key}"\n'
    return "".join((place, _OPENED.format(un=""), _OPENED.format(un="un."), _ADD, _REMOVE))
