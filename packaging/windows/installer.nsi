; The installer for one person: no administrator rights, English and Chinese, silent with /S.
; Given on the command line: VERSION, FOLDER (the two programs and _internal), OUTPUT, ICON.
Unicode true
!ifdef PLATFORM
  Target ${PLATFORM}   ; amd64-unicode where only 64-bit programs run
!endif
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

Name "mqassist"
OutFile "${OUTPUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\mqassist"
InstallDirRegKey HKCU "Software\mqassist" "InstallDir"
SetCompressor /SOLID lzma
BrandingText "mqassist ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "mqassist"
VIAddVersionKey "FileDescription" "mqassist"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT License"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\mqassist"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\mqassist-gui.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "..\..\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString RUNNING ${LANG_ENGLISH} "mqassist is running. Close it, then press Retry."
LangString RUNNING ${LANG_SIMPCHINESE} "mqassist 正在运行。请先关闭它，再点“重试”。"
LangString KEEP ${LANG_ENGLISH} "Also delete your saved profiles, the history and the settings? Passwords stay in the Windows Credential Manager."
LangString KEEP ${LANG_SIMPCHINESE} "是否同时删除已保存的连接、诊断历史和设置？密码仍保留在 Windows 凭据管理器中。"

; a program that runs holds its own file: it cannot be opened for writing
!macro FREE PROGRAM
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $1 "held"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend
!macro CLOSED UN
Function ${UN}NotRunning
  again:
  StrCpy $1 ""
  !insertmacro FREE "mqassist-gui.exe"
  !insertmacro FREE "mqassist.exe"
  ${If} $1 == "held"
    IfSilent 0 ask
      SetErrorLevel 4
      Abort
    ask:
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" IDRETRY again
    Abort
  ${EndIf}
FunctionEnd
!macroend
!insertmacro CLOSED ""
!insertmacro CLOSED "un."


Section "mqassist"
  Call NotRunning
  ; over an older version: nothing of it may stay
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\mqassist.lnk" "$INSTDIR\mqassist-gui.exe"
  WriteRegStr HKCU "Software\mqassist" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "mqassist"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The mqassist maintainers"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\mqassist-gui.exe"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  Call un.NotRunning
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\mqassist.exe"
  Delete "$INSTDIR\mqassist-gui.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\mqassist.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\mqassist"
  RMDir /r "$LOCALAPPDATA\mqassist\Cache"
  Delete "$TEMP\mqassist-*.lock"   ; of a window that was killed
  ${If} ${FileExists} "$LOCALAPPDATA\mqassist\Data"
    ; silent: what people saved stays
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(KEEP)" /SD IDNO IDNO kept
      RMDir /r "$LOCALAPPDATA\mqassist\Data"
    kept:
  ${EndIf}
  RMDir "$LOCALAPPDATA\mqassist"
SectionEnd
