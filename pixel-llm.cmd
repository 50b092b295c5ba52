@echo off
rem Runs Pixel-LLM on Windows: pixel-llm TEXT, or pixel-llm COMMAND. Builds it first if nothing is built.
setlocal enabledelayedexpansion
set "HERE=%~dp0"
set "HERE=%HERE:~0,-1%"
set "REQUIRED=25"

rem A JDK that is new enough: JAVA_HOME, then the usual folders, then the java on the PATH.
set "JDK="
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined JDK for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\jdk*" "%ProgramFiles%\Java\jdk*" "%ProgramFiles%\Microsoft\jdk*" "%ProgramFiles%\Zulu\zulu*") do if not defined JDK call :consider "%%~D"
if not defined JDK for /f "delims=" %%J in ('where java 2^>nul') do if not defined JDK call :consider "%%~dpJ.."
if not defined JDK (
  echo Pixel-LLM needs a JDK %REQUIRED% or newer, and none was found. Install one and set JAVA_HOME. 1>&2
  exit /b 70
)

set "JAR=%HERE%\cli\target\pixel-llm.jar"
if not exist "%JAR%" (
  where mvn >nul 2>nul || (
    echo Nothing is built yet, and Maven is missing. Install it and try again. 1>&2
    exit /b 70
  )
  echo pixel-llm: building, once; this takes a minute or two. 1>&2
  set "JAVA_HOME=%JDK%"
  pushd "%HERE%"
  call mvn -q -B -ntp -pl cli -am -DskipTests -Dspotless.check.skip=true package 1>&2
  if errorlevel 1 (
    popd
    exit /b 70
  )
  popd
)

set "VECTOR=--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
rem The Vector API module is worth its start only where much is computed.
set "FLAGS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
if /i "%~1"=="train" set "FLAGS=%VECTOR%"
if /i "%~1"=="serve-folder" set "FLAGS=-XX:+UseSerialGC"
if /i "%~1"=="generate" set "FLAGS=-XX:+UseSerialGC"
if /i "%~1"=="look" set "FLAGS=-XX:+UseSerialGC"
if /i "%~1"=="profile" set "FLAGS=-XX:+UseSerialGC"
echo.%*| findstr /i /c:"-x simd" /c:"--executor simd" /c:"--executor=simd" >nul && set "FLAGS=%VECTOR%"
echo.%*| findstr /i /c:"-x webgpu" /c:"--executor webgpu" /c:"--executor=webgpu" >nul && set "FLAGS=--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC"
if /i "%~1"=="devices" set "FLAGS=--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC"

"%JDK%\bin\java" %FLAGS% -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 "-Dpixelllm.home=%HERE%" -cp "%JAR%" org.pixelllm.cli.Main %*
exit /b %errorlevel%

:consider
if not exist "%~1\bin\java.exe" exit /b
if not exist "%~1\release" exit /b
for /f "tokens=2 delims==" %%V in ('findstr /b JAVA_VERSION= "%~1\release"') do for /f "delims=.+-" %%N in (%%V) do if %%N geq %REQUIRED% set "JDK=%~f1"
exit /b
