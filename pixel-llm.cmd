@echo off
rem Runs Pixel-LLM on Windows: pixel-llm TEXT, or pixel-llm COMMAND. Builds it first if nothing is built.
rem Written after ./pixel-llm, which is tested. Without delayed expansion, which would take each ! out of a text.
setlocal enableextensions disabledelayedexpansion
if defined PIXELLLM_MAKE_CACHE goto make_cache
set "HERE=%~dp0"
set "HERE=%HERE:~0,-1%"
set "REQUIRED=25"
for /f "usebackq eol=# tokens=1* delims==" %%A in ("%HERE%\tools\launcher.conf") do set "%%A=%%~B"

rem A JDK that is new enough: JAVA_HOME, then the usual folders, then the java on the PATH.
set "JDK="
if defined JAVA_HOME call :consider_jdk "%JAVA_HOME%"
if not defined JDK for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\jdk*" "%ProgramFiles%\Java\jdk*" "%ProgramFiles%\Microsoft\jdk*" "%ProgramFiles%\Zulu\zulu*") do if not defined JDK call :consider_jdk "%%~D"
if not defined JDK for /f "delims=" %%J in ('where java 2^>nul') do if not defined JDK call :consider_jdk "%%~dpJ.."
if not defined JDK (
  echo Pixel-LLM needs a JDK %REQUIRED% or newer, and none was found. Install one and set JAVA_HOME. 1>&2
  exit /b 70
)

set "JAR=%HERE%\cli\target\pixel-llm.jar"
if not exist "%JAR%" call :build || exit /b 70

rem What is asked, in as far as it decides Java's options: a mode of tools\launcher.conf.
rem A dot before a word keeps it from being empty, and its quotes are taken out: they would end those around it.
set "MODE=quick"
set "COMMAND=.%~1"
set "COMMAND=%COMMAND:"=%"
if "%COMMAND%"==".daemon" set "COMMAND=.daemon:%~2"
for %%C in (%speak_commands%) do if "%COMMAND%"==".%%C" set "MODE=speak"
for %%C in (%vector_commands%) do if "%COMMAND%"==".%%C" set "MODE=vector"
for %%C in (%gpu_commands%) do if "%COMMAND%"==".%%C" set "MODE=gpu"
for %%C in (%train_commands%) do if "%COMMAND%"==".%%C" set "MODE=train"
for %%C in (%serve_commands%) do if "%COMMAND%"==".%%C" set "MODE=serve"
set "BEFORE="
:next_argument
if [%1]==[] goto chosen
set "OPTION=%BEFORE%"
set "VALUE=.%~1"
set "VALUE=%VALUE:"=%"
set "VALUE=%VALUE:~1%"
set "BEFORE=%VALUE%"
if not defined VALUE goto considered
if "%VALUE%"=="--" goto chosen
if "%VALUE%"=="-h" set "MODE=quick" & goto chosen
if "%VALUE%"=="--help" set "MODE=quick" & goto chosen
if "%MODE%"=="serve" goto considered
rem Batch hands over OPTION=VALUE as two arguments. A short option's value may follow it without a space.
for %%O in (-x -c -i -n) do if "%VALUE:~0,2%"=="%%O" if not "%VALUE:~2%"=="" set "OPTION=%%O"
if "%VALUE:~0,2%"=="%OPTION%" set "VALUE=%VALUE:~2%"
if "%OPTION%"=="--executor" set "OPTION=-x"
if "%OPTION%"=="--cartridge" set "OPTION=-c"
if "%OPTION%"=="--input" set "OPTION=-i"
if "%OPTION%"=="--tokens" set "OPTION=-n"
if "%OPTION%"=="-x" for %%E in (%vector_executors%) do if /i "%VALUE%"=="%%E" set "MODE=vector"
if "%OPTION%"=="-x" for %%E in (%gpu_executors%) do if /i "%VALUE%"=="%%E" set "MODE=gpu"
if "%OPTION%"=="-c" if not "%MODE%"=="gpu" if exist "%VALUE%" for %%F in ("%VALUE%") do if %%~zF gtr %large_bytes% set "MODE=vector"
if "%OPTION%"=="-i" if "%MODE%"=="quick" if exist "%VALUE%\" set "MODE=vector"
if "%OPTION%"=="-n" if "%MODE%"=="speak" call :consider_tokens
:considered
shift /1
goto next_argument
:chosen
if "%MODE%"=="quick" set "OPTIONS=%quick_options%"
if "%MODE%"=="speak" set "OPTIONS=%speak_options%"
if "%MODE%"=="gpu" set "OPTIONS=%gpu_options%"
if "%MODE%"=="vector" set "OPTIONS=%vector_options%"
if "%MODE%"=="train" set "OPTIONS=%train_options%"
if "%MODE%"=="serve" set "OPTIONS=%serve_options%"
set "OPTIONS=%OPTIONS% %heap_options%"
set "CLASSES=%JAR%"
if "%MODE%"=="serve" set "CLASSES=%JAR%;%HERE%\%serve_folder%\*"

rem A cache of loaded and linked classes, for this jar and this mode, made in the background when it is missing.
rem Oldest files first: a cache that comes after the jar was made from it.
set "CACHE=%HERE%\cli\target\pixel-llm-%MODE%.aot"
set "FRESH="
for /f "delims=" %%N in ('dir /b /a-d /o:d "%HERE%\cli\target\pixel-llm*" 2^>nul') do (
  if /i "%%N"=="pixel-llm.jar" set "FRESH="
  if /i "%%N"=="pixel-llm-%MODE%.aot" set "FRESH=yes"
)
set "CACHED="
if defined FRESH (set CACHED="-XX:AOTCache=%CACHE%" %cache_options%) else call :start_cache

rem Batch cannot tell what its output is, so Java looks. An old console would print the colours' codes: none there.
set "OPTIONS=%OPTIONS% -Dpixelllm.terminal.in=look"
if defined WT_SESSION set "OPTIONS=%OPTIONS% -Dpixelllm.terminal.out=look -Dpixelllm.terminal.err=look"
"%JDK%\bin\java" %OPTIONS% %encoding_options% %CACHED% "-Dpixelllm.home=%HERE%" -cp "%CLASSES%" %main_class% %*
exit /b %errorlevel%

:build
where mvn >nul 2>nul || (
  echo Nothing is built yet, and Maven is missing. Install it and try again. 1>&2
  exit /b 70
)
echo pixel-llm: building, once; this takes a minute or two. 1>&2
set "JAVA_HOME=%JDK%"
set "MAVEN_OPTS=%MAVEN_OPTS% --sun-misc-unsafe-memory-access=allow"
pushd "%HERE%"
call mvn -q -B -ntp -T 2 -Punchecked -pl cli -am -DskipTests -Dspotless.check.skip=true package 1>&2
set "BUILT=%errorlevel%"
popd
if not "%BUILT%"=="0" exit /b 70
exit /b 0

rem A value that is a number of tokens.
:consider_tokens
for /f "delims=0123456789" %%N in ("%VALUE%") do exit /b
if %VALUE% geq %many_tokens% set "MODE=vector"
exit /b

rem The feature version in a JDK's release file: JAVA_VERSION="25.0.1"
:consider_jdk
if not exist "%~1\bin\java.exe" exit /b
if not exist "%~1\release" exit /b
set "VERSION="
for /f "usebackq tokens=1,2 delims==" %%A in ("%~1\release") do if "%%A"=="JAVA_VERSION" set "VERSION=%%~B"
for /f "delims=.+-" %%N in ("%VERSION%") do if %%N geq %REQUIRED% set "JDK=%~f1"
exit /b

rem This script makes the cache in a second process, which has all the variables from above.
:start_cache
forfiles /p "%HERE%\cli\target" /m "pixel-llm-%MODE%.aot.lock" /d -1 /c "cmd /c rmdir /s /q @path" >nul 2>nul
mkdir "%CACHE%.lock" 2>nul || exit /b
set "PIXELLLM_MAKE_CACHE=yes"
start "" /b /d "%HERE%" cmd /d /c .\pixel-llm.cmd >nul 2>nul <nul
set "PIXELLLM_MAKE_CACHE="
exit /b

:make_cache
set "PIXELLLM_MAKE_CACHE="
"%JDK%\bin\java" %OPTIONS% "-XX:AOTCacheOutput=%CACHE%.lock\cache" "-Dpixelllm.home=%HERE%" -cp "%JAR%" %cache_class% "%CACHE%.lock\files" && move /y "%CACHE%.lock\cache" "%CACHE%"
rmdir /s /q "%CACHE%.lock"
exit /b
