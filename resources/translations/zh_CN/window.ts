<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Announcements</name>
    <message>
        <source>The settings of the window could not be read or written</source>
        <translation>窗口的设置无法读取或写入</translation>
    </message>
    <message>
        <source>mqassist is not installed completely. Install it again</source>
        <translation>mqassist 没有安装完整，请重新安装</translation>
    </message>
    <message>
        <source>mqassist itself failed: {kind}</source>
        <translation>mqassist 自己出错了：{kind}</translation>
    </message>
    <message>
        <source>Nothing was sent anywhere. Where it happened is kept on this computer: {path}</source>
        <translation>没有向任何地方发送。出错的位置保存在本机：{path}</translation>
    </message>
    <message>
        <source>mqassist broke off the last time</source>
        <translation>mqassist 上次意外中断</translation>
    </message>
    <message>
        <source>Nothing was sent anywhere. Where it happened is kept on this computer, for a report.</source>
        <translation>没有向任何地方发送内容。出错位置保存在本机，可用于报告问题。</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>报告问题</translation>
    </message>
    <message>
        <source>mqassist {version} is there</source>
        <translation>mqassist {version} 已发布</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>打开所在文件夹</translation>
    </message>
</context>
<context>
    <name>ClientLines</name>
    <message>
        <source>In the client, show for</source>
        <translation>客户端里怎么写</translation>
    </message>
    <message>
        <source>Show for {library}</source>
        <translation>显示 {library} 的写法</translation>
    </message>
</context>
<context>
    <name>CommandBox</name>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Find a profile, a page or a command</source>
        <translation>查找配置、页面或命令</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>查找结果</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>Drop</name>
    <message>
        <source>{name} cannot be read</source>
        <translation>无法读取 {name}</translation>
    </message>
    <message>
        <source>Drop {name} to open it</source>
        <translation>松开鼠标即可打开 {name}</translation>
    </message>
    <message>
        <source>Drop {count} files to open them</source>
        <translation>松开鼠标即可打开 {count} 个文件</translation>
    </message>
    <message>
        <source>Drop the address to check it</source>
        <translation>松开鼠标即可检查这个地址</translation>
    </message>
    <message>
        <source>Drop the text to have it explained</source>
        <translation>松开鼠标即可解释这段文字</translation>
    </message>
    <message>
        <source>A log is read where it is, a certificate begins a profile, settings are imported, a report is shown.</source>
        <translation>日志在原处读取，证书用来新建配置，设置会被导入，报告会被显示。</translation>
    </message>
</context>
<context>
    <name>Keyring</name>
    <message>
        <source>Passwords: {place}</source>
        <translation>密码：{place}</translation>
    </message>
    <message>
        <source>Passwords: the keyring is locked</source>
        <translation>密码：密钥环已锁定</translation>
    </message>
    <message>
        <source>Passwords: asked for, never saved</source>
        <translation>密码：每次询问，不保存</translation>
    </message>
    <message>
        <source>Passwords: the keyring does not answer</source>
        <translation>密码：密钥环没有应答</translation>
    </message>
    <message>
        <source>Passwords: the keyring refuses</source>
        <translation>密码：密钥环拒绝使用</translation>
    </message>
    <message>
        <source>One entry for each profile in {place}. Files of mqassist never hold a password.</source>
        <translation>每个配置在 {place} 中有一个条目。mqassist 的文件里从不保存密码。</translation>
    </message>
    <message>
        <source>The keyring is locked. Unlock it, or choose to be asked each time in a profile.</source>
        <translation>密钥环已锁定。请解锁，或在配置里选择每次询问。</translation>
    </message>
    <message>
        <source>This system has no keyring. Passwords are asked for each time or kept until the window closes.</source>
        <translation>这个系统没有密钥环。密码每次询问，或只保留到窗口关闭。</translation>
    </message>
    <message>
        <source>The keyring does not answer. Passwords are asked for until it does.</source>
        <translation>密钥环没有应答。在它应答之前，密码每次询问。</translation>
    </message>
    <message>
        <source>The keyring refuses to be used. Passwords are asked for each time.</source>
        <translation>密钥环拒绝使用。密码每次询问。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Pages and profiles</source>
        <translation>页面和配置</translation>
    </message>
</context>
<context>
    <name>MessageStrip</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Check-up</source>
        <translation>体检</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Explain an error</source>
        <translation>解释报错</translation>
    </message>
    <message>
        <source>Advisor</source>
        <translation>设置建议</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Guide me</source>
        <translation>带我一步步查</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Practice lab</source>
        <translation>练习场</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Wide or narrow sidebar</source>
        <translation>展开或收起侧栏</translation>
    </message>
    <message>
        <source>English or Chinese</source>
        <translation>中文或英文</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Pages and profiles</source>
        <translation>页面和配置</translation>
    </message>
    <message>
        <source>New profile</source>
        <translation>新建配置</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>works, with a warning</source>
        <translation>正常，有警告</translation>
    </message>
    <message>
        <source>broken here</source>
        <translation>断在这里</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>没有走到</translation>
    </message>
    <message>
        <source>cannot tell yet</source>
        <translation>还不能确定</translation>
    </message>
    <message>
        <source>deciding probe</source>
        <translation>判定性检查</translation>
    </message>
    <message>
        <source>note</source>
        <translation>提示</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Read-only checks</source>
        <translation>只读检查</translation>
    </message>
    <message>
        <source>Works offline, nothing is sent</source>
        <translation>离线可用，不上传任何内容</translation>
    </message>
    <message>
        <source>English</source>
        <comment>the name of the language of now</comment>
        <translation>中文</translation>
    </message>
    <message>
        <source>Language: English. Press to switch</source>
        <translation>语言：中文。按下切换</translation>
    </message>
</context>
<context>
    <name>Updates</name>
    <message>
        <source>Looking for a newer version …</source>
        <translation>正在查询新版本……</translation>
    </message>
    <message>
        <source>Nothing was learned on {when}: {why}</source>
        <translation>{when} 未能查到：{why}</translation>
    </message>
    <message>
        <source>This is version {version}, the newest is {newest} (looked on {when}).</source>
        <translation>当前版本 {version}，最新版本 {newest}（查询于 {when}）。</translation>
    </message>
    <message>
        <source>This is version {version}; none is newer (looked on {when}).</source>
        <translation>当前版本 {version}，没有更新的版本（查询于 {when}）。</translation>
    </message>
    <message>
        <source>the address has to begin with https:// and to hold no login.</source>
        <translation>地址必须以 https:// 开头，并且不能包含登录信息。</translation>
    </message>
    <message>
        <source>the address cannot be reached ({detail}).</source>
        <translation>无法连接该地址（{detail}）。</translation>
    </message>
    <message>
        <source>no answer came in time.</source>
        <translation>没有及时收到回应。</translation>
    </message>
    <message>
        <source>the answer was the error {detail}.</source>
        <translation>对方回应错误 {detail}。</translation>
    </message>
    <message>
        <source>the answer names no version.</source>
        <translation>回应中没有版本号。</translation>
    </message>
    <message>
        <source>the answer is far too long.</source>
        <translation>回应过长。</translation>
    </message>
</context>
<context>
    <name>UrlField</name>
    <message>
        <source>Address of the broker</source>
        <translation>Broker 的地址</translation>
    </message>
    <message>
        <source>Paste an address, for example amqps://user@host:5671/vhost</source>
        <translation>粘贴一个地址，例如 amqps://user@host:5671/vhost</translation>
    </message>
</context>
</TS>
